"""OpenICL 0.1.8, BM25 retriever and PPL inferencer, as the other side.

    python -m venv venv-openicl
    venv-openicl/bin/pip install torch==2.13.0 "transformers==4.46.*" accelerate "datasets<4" \
        evaluate faiss-cpu nltk "numpy<2.3" rank-bm25 requests scikit-learn \
        "sentence-transformers<4" tqdm "openai<1"
    venv-openicl/bin/pip install --no-deps openicl==0.1.8

`nltk.word_tokenize` is replaced by `str.split`: its data come from nowhere that a machine without
the network reaches. The words of the data are set apart by spaces already.
"""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nltk.tokenize
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from datasets import Dataset, DatasetDict, load_dataset

nltk.tokenize.word_tokenize = str.split

from openicl import BM25Retriever, DatasetReader, PPLInferencer, PromptTemplate  # noqa: E402
from serve import Reply, serve  # noqa: E402

ITEM = "Text: </text>\nLabel: {label}"
"""As the template `classify_v1` writes; `</E>` stands for the demonstrations before it."""


class OpenICL:
    """OpenICL with its weights loaded; float32 is all that its inferencer can read."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        torch.set_num_threads(settings["threads"])
        self.settings = settings
        # Transformers of that time look for the base of the rotations in another place, and take
        # another base, without a word, where they find none.
        config = json.loads(Path(settings["model"], "config.json").read_text("utf-8"))
        theta = config["rope_parameters"]["rope_theta"]
        self.model = AutoModelForCausalLM.from_pretrained(settings["model"], rope_theta=theta)
        assert self.model.config.rope_theta == theta  # noqa: S101
        # Transformers of that time do not know the class that newer ones name in the folder.
        self.tokenizer = PreTrainedTokenizerFast(
            tokenizer_file=f"{settings['model']}/tokenizer.json",
            eos_token="<|im_end|>",  # noqa: S106  no password
        )
        files = {"train": settings["pool"], "test": settings["test"]}
        self.data = load_dataset("json", data_files=files, cache_dir=settings["cache"])
        self.about = {"dtype": str(self.model.dtype), "threads": torch.get_num_threads()}

    def __call__(self, request: Mapping[str, Any]) -> Reply:
        """Answer the first `count` examples."""
        test: Dataset = self.data["test"].select(range(request["count"]))
        data = DatasetDict(train=self.data["train"], test=test)
        reader = DatasetReader(data, input_columns=["text"], output_column="label")
        inferencer = self.inferencer(request["batch_size"])
        start = time.perf_counter()
        retriever = BM25Retriever(
            reader,
            ice_num=self.settings["k"],
            ice_separator="\n\n",
            ice_eos_token="\n\n",  # noqa: S106  no password
        )
        answers = inferencer.inference(
            retriever, ice_template=self.template(""), prompt_template=self.template("</E>")
        )
        seconds = time.perf_counter() - start
        reply = {"seconds": seconds, "answers": answers, "batch size": request["batch_size"]}
        return reply | ({"demos": retriever.retrieve()} if request.get("demos") else {})

    def inferencer(self, batch_size: int) -> PPLInferencer:
        """Make an inferencer around the model."""
        return PPLInferencer(
            model_name=self.model,
            tokenizer_name=self.tokenizer,
            batch_size=batch_size,
            labels=list(self.settings["labels"]),
            output_json_filepath=tempfile.mkdtemp(dir=self.settings["cache"]),
        )

    def template(self, before: str) -> PromptTemplate:
        """Write an item with each of its labels."""
        items = {label: before + ITEM.format(label=label) for label in self.settings["labels"]}
        return PromptTemplate(items, {"text": "</text>"}, ice_token=before or None)


if __name__ == "__main__":
    serve(OpenICL)
