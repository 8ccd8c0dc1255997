"""lm-evaluation-harness 0.4.13, `--model hf`, as the other side.

    python -m venv venv-lmeval
    venv-lmeval/bin/pip install "lm-eval[hf]==0.4.13" torch==2.13.0 transformers==5.23.0

It does two things: a task of its own (`evaluate`: demonstrations, requests, scores, metrics), made
from the same files as ours; and the log-likelihoods of prompts that we give it.
"""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any

import torch
from lm_eval.api.instance import Instance
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import evaluate
from lm_eval.models.huggingface import HFLM
from serve import Reply, serve

FORMAT = {
    "output_type": "multiple_choice",
    "doc_to_text": "Text: {{text}}\nLabel:",
    "doc_to_target": "{{label}}",
    "target_delimiter": " ",
    "fewshot_delimiter": "\n\n",
    "metric_list": [{"metric": "acc"}],
}
"""As the template `classify_v1` writes."""


class Harness:
    """The harness with its weights loaded."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        torch.set_num_threads(settings["threads"])
        self.settings = settings
        self.lm = HFLM(
            pretrained=settings["model"], device="cpu", dtype=settings["dtype"], batch_size=1
        )
        self.about = {"dtype": str(self.lm.model.dtype), "threads": torch.get_num_threads()}

    def __call__(self, request: Mapping[str, Any]) -> Reply:
        """Run the task on its first `count` examples, or score `pairs`."""
        self.lm.batch_size_per_gpu = request["batch_size"]
        return self.pairs(request["pairs"]) if "pairs" in request else self.task(**request)

    def pairs(self, pairs: list[list[str]]) -> Reply:
        """Score every continuation of a prompt; the answers are the log-probabilities."""
        start = time.perf_counter()
        instances = [
            Instance("loglikelihood", {}, (context, continuation), 0)
            for context, continuation in pairs
        ]
        replies = self.lm.loglikelihood(instances, disable_tqdm=True)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "answers": [logprob for logprob, _ in replies]}

    def task(self, batch_size: int, count: int, pool: str, sampler: str) -> Reply:
        """Evaluate a task; the answers are the labels chosen."""
        task = self.made(pool, sampler)
        task.set_fewshot_seed(1234)
        task._instances = None  # noqa: SLF001  or the last run's are counted too
        start = time.perf_counter()
        done = evaluate(self.lm, {"tasks": {"work": task}}, limit=count)
        seconds = time.perf_counter() - start
        samples = sorted(done["samples"]["work"], key=lambda sample: sample["doc_id"])
        return {
            "seconds": seconds,
            "answers": [self.chosen(sample) for sample in samples],
            "batch size": batch_size,
            "tokens a prompt": round(self.tokens(samples)),
        }

    @cache  # noqa: B019  one harness a process
    def made(self, pool: str, sampler: str) -> ConfigurableTask:
        """Read the files."""
        files = {"train": pool, "test": self.settings["test"]}
        return ConfigurableTask(
            config={
                "task": "work",
                "dataset_path": "json",
                "dataset_kwargs": {"data_files": files, "cache_dir": self.settings["cache"]},
                "fewshot_split": "train",
                "test_split": "test",
                "fewshot_config": {"sampler": sampler},
                "doc_to_choice": self.settings["labels"],
                "num_fewshot": self.settings["k"],
                **FORMAT,
            }
        )

    def chosen(self, sample: Mapping[str, Any]) -> str:
        """The label with the highest log-likelihood."""
        scores = [float(reply[0]) for reply in sample["filtered_resps"]]
        return str(self.settings["labels"][scores.index(max(scores))])

    def tokens(self, samples: list[Mapping[str, Any]]) -> float:
        """Mean tokens of a prompt."""
        texts = [sample["arguments"][0][0] for sample in samples]
        return sum(len(self.lm.tok_encode(text)) for text in texts) / len(texts)


if __name__ == "__main__":
    serve(Harness)
