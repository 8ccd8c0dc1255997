"""Whatever a question, a demonstration or a label says, it stands in the prompt as it is."""

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hostile import FUZZED, SLOW, texts
from hydra.utils import instantiate
from hypothesis import given
from hypothesis import strategies as st

from promptlab.cli.config.compose import build, compose
from promptlab.template import Template
from promptlab.types import Example, Question, Score, Task, spelled

CONF = Path(__file__).parents[2] / "conf"
TEMPLATES = sorted(path.stem for path in (CONF / "template").glob("*.yaml"))
marked = texts.map(lambda text: f"⟦{text}⟧")
"""Texts that are nowhere else."""


@cache
def template(name: str) -> Template:
    return instantiate(compose([f"template={name}"]).template, _convert_="all")


@pytest.mark.parametrize("name", TEMPLATES)
@FUZZED
@given(st.lists(marked, min_size=9, max_size=9, unique_by=spelled), st.booleans(), st.booleans())
def test_texts_stand_in_a_prompt_once_and_as_they_are(
    name, said, with_rationale, reasoning
) -> None:
    asked, context, one, other, shown, rationale, first, second, instruction = said
    demo = Example(Question("d", shown, (first, second)), "A", rationale)
    question = Question("q", asked, (one, other), context)
    task = Task(instruction, "label", (first, second))
    prompt = template(name).prompt(
        task, question, (demo,), with_rationale=with_rationale, reasoning=reasoning
    )
    written = "\n".join(message.content for message in prompt.messages)
    wanted = [asked, context, one, other, shown, first, second]
    for text in [*wanted, *([rationale] if with_rationale else [])]:
        apart = [other for other in said if text in other]
        # An instruction may list the labels once more.
        again = instruction.count("{labels}") * sum(text in label for label in (first, second))
        assert written.count(text) == len(apart) + again
    assert instruction.replace("{labels}", f"{first}, {second}") in written


@pytest.mark.parametrize("strategy", ["direct", "choose"])
@SLOW
@given(st.lists(marked, min_size=4, max_size=4, unique_by=spelled))
def test_data_are_never_resolved_on_their_way_into_a_prompt(strategy, said) -> None:
    question, other, *labels = said
    with TemporaryDirectory() as folder:
        for name, text in (("train", other), ("test", question)):
            rows = [{"question": text + label, "label": label} for label in labels]
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            Path(folder, f"{name}.jsonl").write_text(lines, "utf-8")
        cfg = composed(strategy).copy()
        cfg.dataset.path = folder
        try:
            experiment = build(cfg)
        except ValueError as error:
            refused(error, folder, said)
        else:
            stands_as_it_is(experiment, question, other, labels)


def refused(error: ValueError, folder: str, said: list[str]) -> None:
    """Half a surrogate pair is no text, and may be told where it is."""
    assert folder in str(error)
    assert re.search("[\ud800-\udfff]", "".join(said))


def stands_as_it_is(experiment, question: str, other: str, labels: list[str]) -> None:
    assert experiment.dataset.task.labels == tuple(sorted(labels))
    (request, *_) = next(experiment.attempt(experiment.dataset.test[0], experiment.fitted()))
    assert question + labels[0] in request.prompt.text
    assert all(other + label in request.prompt.text for label in labels)
    if isinstance(request, Score):
        scored = [text.strip() for text in request.continuations]
        assert scored == [label.strip() for label in sorted(labels)]


@cache
def composed(strategy: str):
    overrides = ["dataset=jsonl", "dataset.path=here", "model=scripted", "tracking=none"]
    return compose([*overrides, f"strategy={strategy}", "selection=first", "k=2"])
