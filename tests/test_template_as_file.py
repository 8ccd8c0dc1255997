"""A template as a prompt file writes the same prompts, whatever is in it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from laws import built, options

from promptlab.template import PromptFile, Template
from promptlab.template.as_file import as_prompt_file
from promptlab.types import Example, Passage, Question, Sampling, Task

QUESTIONS = (
    Question("a", "Who {x} {{ y }}?"),
    Question("p", "Who?", passages=(Passage("1", "One {{ 1 }}."), Passage("2", "二。"))),
    Question("b", "哪个？", ("红", "蓝 {% if %}"), "A book."),
)
DEMOS = (
    Example(Question("d", "Where?", context="Here {# no #}"), "place", "It says so."),
    Example(Question("e", "Which?", ("one", "two")), "B"),
)


def hold(template, task):
    file = as_prompt_file(template, task)
    for question in QUESTIONS:
        for demos in ((), DEMOS):
            for told in ({}, {"with_rationale": True}):
                expected = template.prompt(task, question, demos, **told)
                assert file.prompt(Task(), question, demos, **told) == expected
    for reasoned in (False, True):
        ends = [each.stopping(Sampling(), task, reasoned).stop for each in (template, file)]
        assert ends[0] == ends[1]


@pytest.mark.parametrize("name", [each for each in options("template") if each != "channel_v1"])
def test_every_template_writes_the_same_as_a_file(name):
    hold(built("template", name), Task("Say {{ what }} it {is}: {labels}.", labels=("a", "b")))


@settings(deadline=None, max_examples=60)
@example("{}}")
@given(text=st.text("{}%#'\"\\ n字:\n-", max_size=12))
def test_no_instruction_is_read_as_jinja(text):
    hold(Template("t", instruction="{instruction}\n\n"), Task(f"x{text}x"))


def test_a_prompt_file_has_the_instruction_written_out():
    file = PromptFile("{{ instruction }}\n{{ question }}\n", "mine.j2")
    fixed = as_prompt_file(file, Task("Say {{ it }}."))
    asked = fixed.prompt(Task("Another."), QUESTIONS[0])
    assert asked == file.prompt(Task("Say {{ it }}."), QUESTIONS[0])


def test_other_templates_have_no_file():
    assert as_prompt_file(object(), Task()) is None
    # Its answers begin at once, and its rationales after a blank.
    assert as_prompt_file(built("template", "channel_v1"), Task()) is None


def test_one_turn_is_one_turn():
    hold(replace(built("template", "qa_v1"), layout="one_turn"), Task("Answer."))
