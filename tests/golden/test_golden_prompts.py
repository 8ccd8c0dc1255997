"""Golden prompts: every template's exact words, kept in a file to be read aloud.

`make golden` writes them anew; a change of a published template is a new template instead.
"""

import os
from functools import cache
from pathlib import Path

import pytest
from omegaconf import OmegaConf
from words import written

from promptlab.cli.config.component import component
from promptlab.cli.config.compose import compose
from promptlab.stages import prepared
from promptlab.types import Call, Completion, Example, Question, Result, Score, Scores

HERE = Path(__file__).parent
CONF = HERE.parents[1] / "conf"
TEMPLATES = sorted(path.stem for path in (CONF / "template").glob("*.yaml"))
STRATEGIES = sorted(path.stem for path in (CONF / "strategy").glob("*.yaml"))
TASKS = {
    "number": {"answer": "number"},
    "label": {
        "answer": "label",
        "labels": ["person", "place"],
        "instruction": "Say what is asked for: {labels}.",
    },
    "choice": {"answer": "choice"},
}
QUESTIONS = {
    "number": Question("q", "Tom has 3 pens and buys 4. How many has he?"),
    "label": Question("q", "Who wrote it?"),
    "choice": Question("q", "Where do fish live?", ("in water", "in trees"), "Fish swim."),
}
DEMOS = {
    "number": (
        Example(Question("d1", "What is 1 + 1?"), "2", "1 + 1 = 2."),
        Example(Question("d2", "What is 5 - 2?"), "3", "5 - 2 = 3."),
    ),
    "label": (
        Example(Question("d1", "Where is it?"), "place"),
        Example(Question("d2", "Who is it?"), "person"),
    ),
    "choice": (Example(Question("d1", "Where do birds fly?", ("in air", "in mud")), "A"),),
}

POOL = {
    "number": (Example(Question("p", "What is 2 + 2?"), "4"),),
    "label": (Example(Question("p", "Who called?"), "person"),),
    "choice": (Example(Question("p", "Where do bees live?", ("in hives", "in seas")), "A"),),
}


@cache
def composed(option: str):
    return compose([option, "tool=calculator"])


def prompts(template: str, strategy: str, kind: str) -> str:
    """Write out every request of one question, each prompt once."""
    cfg = composed(f"strategy={strategy}").copy()
    cfg.template = composed(f"template={template}").template
    cfg.dataset.task = {"_target_": "promptlab.types.Task", **TASKS[kind]}
    asking = prepared(
        component("strategy", OmegaConf.to_container(cfg.strategy, resolve=True)), POOL[kind]
    )
    program = asking.solve(QUESTIONS[kind], DEMOS[kind])
    shown: dict[str, None] = {}
    replies = None
    while True:
        try:
            requests = program.send(replies)
        except StopIteration:
            return "\n".join(shown)
        shown.update(dict.fromkeys(map(written, requests)))
        replies = [reply(request) for request in requests]


def reply(request):
    if isinstance(request, Score):
        return Scores((-1.0, -2.0), (1, 1))
    if isinstance(request, Call):
        return Result("7")
    return Completion(" 3 + 4 = 7. The answer is 7.")


def golden(template: str) -> str:
    """Write out what every strategy asks with a template, for every kind of task."""
    return "".join(
        f"=== {strategy}, {kind} ===\n{prompts(template, strategy, kind)}\n\n"
        for strategy in STRATEGIES
        for kind in TASKS
        if kind != "number" or strategy not in ("choose", "calibrated", "abstaining")
        if kind == "choice" or strategy not in ("circular", "shuffled")
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_prompts_are_word_for_word_as_they_were(template: str) -> None:
    path = HERE / f"{template}.txt"
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        path.write_text(golden(template), "utf-8")
    assert golden(template) == path.read_text("utf-8")
