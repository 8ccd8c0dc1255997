"""A winner written by hand: chain of thought with one demonstration."""

from pathlib import Path

from promptlab.export.pool import pool_lines
from promptlab.export.write import seal
from promptlab.types import Example, Question

TASK = {"_target_": "promptlab.types.Task", "answer": "number"}
STAGES = {
    "selection": {"_target_": "promptlab.selection.first.First", "k": 1},
    "ordering": {"_target_": "promptlab.ordering.similar_last.SimilarLast"},
    "strategy": {"_target_": "promptlab.strategy.thought.cot.ChainOfThought", "task": TASK},
    "tool": {},
    "overflow": "least_similar",
}


def small_winner(folder: Path) -> Path:
    """Write it into a folder."""
    folder.mkdir(exist_ok=True)
    pool = [Example(Question("1", "one and one"), "2", "1 + 1 = 2.")]
    (folder / "pool.jsonl").write_bytes(pool_lines(pool))
    seal(folder, {"format": 1, "name": "one", "task": TASK, "stages": STAGES, "fixed": True})
    return folder
