"""Golden prompts of a judge: all that it asks, in every version of its prompt.

`make golden` writes them anew.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from laws import CONF, built, driven, saying
from words import written

from promptlab.metric.judge import Judge
from promptlab.types import Answer, Example, Question, Task

PATH = Path(__file__).parent / "metric_judge.txt"
ASKED = Example(Question("q", "Who wrote it?", ("Ann", "Bo {x}"), "谁写的？"), "A")
ANSWERS = (Answer("A", "Ann did."), Answer("B"))
TASK = Task("Name the writer: {labels}.", "label", ("A", "B"))
WAYS = {
    "a grade": {},
    "without the reference": {"reference": False},
    "by probabilities, with the reasoning": {"reading": "probabilities", "rationale": True},
    "reasons first": {"reasons": True},
    "reasons first, by probabilities, as a text": {"reasons": True, "reading": "probabilities"},
    "as a text": {},
}


def judge(version):
    return built("metric", "judge", "label", f"template/judge@metric.judge.prompt={version}")[
        "judge"
    ]


def golden():
    """Write out every request in every way of asking."""
    parts = []
    for version in sorted(path.stem for path in (CONF / "template" / "judge").glob("*.yaml")):
        for way, fields in WAYS.items():
            asking = replace(judge(version), task=TASK, **fields)
            if way.endswith("text"):
                asking = replace(asking, prompt=replace(asking.prompt, layout="text"))
            for kind, program in (
                ("graded", asking.grade(ANSWERS[0], ASKED)),
                ("compared", asking.prefer(*ANSWERS, ASKED)),
            ):
                batches, _ = driven(program, saying("It is right."))
                asked = "\n".join(written(request) for batch in batches for request in batch)
                parts.append(f"=== {version}, {kind}, {way} ===\n{asked}\n\n")
    return "".join(parts)


def test_prompts_are_word_for_word_as_they_were():
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        PATH.write_text(golden(), "utf-8")
    assert golden() == PATH.read_text("utf-8")


def test_the_first_version_is_what_its_yaml_says():
    assert replace(judge("judge_v1"), task=Task()) == Judge()


@pytest.mark.parametrize("version", ["judge_v1", "judge_zh_v1"])
def test_the_name_is_that_of_the_file(version):
    assert judge(version).prompt.name == version
