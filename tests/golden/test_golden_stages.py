"""Golden prompts of the other stages that ask: what each of them asks first, word for word.

`make golden` writes them anew, as those of the templates.
"""

import os
from pathlib import Path

import pytest
from hydra.utils import instantiate
from laws import composed, options, saying

from promptlab.program import lifted
from promptlab.types import Answer, Example, Question, Score

HERE = Path(__file__).parent
TASK = {"answer": "label", "labels": ["person", "place"], "instruction": "Say which: {labels}."}
POOL = (
    Example(Question("d1", "Where is it?"), "place"),
    Example(Question("d2", "Who is it?"), "person"),
    Example(Question("d3", "谁写的？", context="一本书。"), "person"),
    Example(Question("d4", "Where are they?"), "place"),
)
EXAMPLE = Example(Question("q", "Who wrote it?"), "person")


def influence(stages):
    return stages.selection.fit(POOL)


def entropy(stages):
    return stages.ordering(POOL[:2], EXAMPLE.question)


def judge(stages):
    return lifted(stages.metric["judge"](Answer("place"), EXAMPLE))


STAGES = {
    "influence": (influence, "selection=influence"),
    "entropy": (entropy, "ordering=entropy"),
    "judge": (judge, "metric=judge"),
}


def first(stage: str, template: str) -> str:
    """Write out the first batch of requests, each prompt once."""
    asks, override = STAGES[stage]
    cfg = composed("template", template, override, "k=2").copy()
    cfg.dataset.task = {"_target_": "promptlab.types.Task", **TASK}
    built = {key: cfg[key] for key in ("selection", "ordering", "metric") if key in override}
    program = asks(Namespace({key: instantiate(node, _convert_="all") for key, node in built.items()}))
    requests = next(program)
    program.close()
    return "\n".join(dict.fromkeys(map(written, requests)))
