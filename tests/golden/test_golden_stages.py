"""Golden prompts of the other stages that ask: what each asks, in every template.

`make golden` writes them anew, as it does those of the strategies.
"""

import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hydra.utils import instantiate
from laws import composed, driven, options, saying
from words import written

from promptlab.program import parallel
from promptlab.retrieval.hyde import HyDESearch
from promptlab.types import Example, Question

HERE = Path(__file__).parent
TASK = {"answer": "label", "labels": ["person", "place"], "instruction": "Say which: {labels}."}
POOL = (
    Example(Question("d1", "Where is it?"), "place"),
    Example(Question("d2", "Who is it?"), "person"),
    Example(Question("d3", "谁写的？", context="一本书。"), "person"),
    Example(Question("d4", "Where are they?"), "place"),
)
ASKED = Example(Question("q", "Who wrote it?"), "person")
NOTHING = SimpleNamespace(passages=(), ranked=lambda question, count: ())
PROGRAMS = {
    "retrieval=hyde": lambda retrieval: HyDESearch(retrieval, NOTHING)(ASKED.question),
    "selection=influence": lambda selection: selection.fit(POOL),
    "selection=one_shot_gain": lambda selection: selection.fit(POOL),
    "selection=mdl": lambda selection: selection.fit(POOL)(ASKED.question),
    "selection=bootstrap": lambda selection: replace(selection, candidates=2, hints=True).fit(POOL),
    "selection=generated": lambda selection: selection.fit(())(ASKED.question),
    "selection=epr": lambda selection: selection.fit(POOL),
    "selection=confidence_vote_k": lambda selection: replace(
        selection, budget=3, seeds=2, neighbours=1
    ).fit(POOL),
    "selection=uncertain": lambda selection: replace(selection, budget=2, samples=2).fit(POOL),
    "ordering=easy_to_hard": lambda ordering: ordering(POOL[:2], ASKED.question),
    "ordering=mdl": lambda ordering: ordering(POOL[:2], ASKED.question),
    "ordering=global_entropy": lambda ordering: ordering(POOL[:2], ASKED.question),
    "ordering=entropy": lambda ordering: ordering(POOL[:2], ASKED.question),
    "strategy=choose": lambda strategy: parallel(
        replace(strategy, mode=mode).values(ASKED.question, POOL[:2])
        for mode in ("pmi", "channel", "first_token")
    ),
    "strategy=tree_of_thoughts": lambda strategy: parallel(
        (
            replace(strategy.thoughts, by="sample", most=1).following(
                strategy.task, ASKED.question, ("It asks who.",)
            ),
            replace(strategy.judgement, by="vote", repeat=1).of(
                strategy.task, ASKED.question, [("It asks who.",), ("It asks.", "Not where.")]
            ),
        )
    ),
}


def golden(stage: str) -> str:
    """Write out what a stage asks in every template."""
    return "".join(f"=== {name} ===\n{prompts(stage, name)}\n\n" for name in options("template"))


def prompts(stage: str, template: str) -> str:
    """Write out every request, each prompt once."""
    cfg = composed("template", template, stage, "k=2").copy()
    cfg.dataset.task = {"_target_": "promptlab.types.Task", **TASK}
    cfg.encoder = {"_target_": "words.ByLength"}
    component = instantiate(cfg[stage.partition("=")[0]], _convert_="all")
    batches, _ = driven(PROGRAMS[stage](component), saying("3"))
    return "\n".join(dict.fromkeys(written(request) for batch in batches for request in batch))


@pytest.mark.parametrize("stage", PROGRAMS)
def test_prompts_are_word_for_word_as_they_were(stage: str) -> None:
    path = HERE / f"{stage.replace('=', '_')}.txt"
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        path.write_text(golden(stage), "utf-8")
    assert golden(stage) == path.read_text("utf-8")
