"""Edits change what they are named after, go together, and refuse what they do not go with."""

import os
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from laws import built, driven, options, saying

from promptlab.cli.command.show import previews
from promptlab.cli.config.compose import build, compose
from promptlab.edit.apply import apply
from promptlab.edit.delimiters import Delimiters
from promptlab.edit.question_first import QuestionFirst
from promptlab.edit.sentence import Sentence
from promptlab.edit.separator import Separator
from promptlab.edit.turns import Turns
from promptlab.edit.wording import Wording
from promptlab.program import lifted
from promptlab.template import PromptFile, Template
from promptlab.types import Example, Question, Task

GOLDEN = Path(__file__).parents[1] / "golden" / "edits.txt"
ROLE = Sentence("before", "You are a clerk.", "你是文员。")
BRIEF = Sentence("after", "Be brief.", "请简短。")
TASK = Task("Sort it: {labels}.", "label", ("yes", "no"))
DEMO = Example(Question("d", "Warm {x}?", context="A cup."), "yes")
ASKED = Question("q", "Cold?", context="Ice.")
NAMES = [name for name in options("edit") if name not in ("none", "wording")]


def edited(*edits, task=TASK, template=Template("qa_v1")):
    task, template = apply({f"edit {n}": each for n, each in enumerate(edits)}, task, template)
    return template.prompt(task, ASKED, (DEMO,))


def test_sentences_stand_before_and_after_the_instruction():
    assert edited(ROLE, BRIEF).text.startswith("You are a clerk. Sort it: yes, no. Be brief.\n\n")
    alone = edited(BRIEF, task=Task("", "label", ("yes", "no")))
    assert alone.text.startswith("Be brief.\n\n")


def test_a_chinese_instruction_gets_chinese_words():
    chinese = Task("判断：{labels}。", "label", ("yes", "no"))
    assert edited(ROLE, BRIEF, task=chinese).text.startswith(
        "你是文员。判断：yes, no。请简短。\n\n"
    )
    template = Template("qa_zh", trigger="所以答案是")
    assert edited(ROLE, task=Task(), template=template).text.startswith("你是文员。\n\n")
    assert edited(ROLE, template=template).text.startswith("You are a clerk. Sort")


def test_delimiters_stand_around_question_and_context_and_marks_are_text():
    text = edited(Delimiters("<{", "}>")).text
    assert "<{A cup.}>\nQ: <{Warm {x}?}>\nA: yes" in text
    assert text.endswith("<{Ice.}>\nQ: <{Cold?}>\nA:")


def test_the_question_comes_before_its_context_or_on_both_sides():
    assert edited(QuestionFirst()).text.endswith("Q: Cold?\nIce.\nA:")
    assert edited(QuestionFirst("both")).text.endswith("Q: Cold?\nIce.\nQ: Cold?\nA:")


def test_demonstrations_become_turns_or_are_parted_otherwise():
    roles = [message.role for message in edited(Turns()).messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert "A: yes\n###\nIce." in edited(Separator()).text


def test_the_instruction_is_said_otherwise():
    assert edited(Wording("Je nach dem: {labels}.")).text.startswith("Je nach dem: yes, no.\n\n")
    assert edited(Wording("")).text.startswith("A cup.")


def test_edits_of_different_things_go_together_in_any_order():
    several = (BRIEF, Delimiters(), QuestionFirst(), Separator())
    assert len({edited(*order).text for order in permutations(several)}) == 1


def test_a_prompt_file_takes_what_it_shows_and_refuses_the_rest():
    file = PromptFile("{{ instruction }}|{{ question }}", "mine.j2")
    assert edited(ROLE, template=file).text == "You are a clerk. Sort it: {labels}.|Cold?".replace(
        "{labels}", "yes, no"
    )
    with pytest.raises(
        ValueError, match="edit=edit 0 changes the instruction, and other is a file"
    ):
        edited(ROLE, template=PromptFile("{{ question }}", "other.j2"))
    for edit in (Delimiters(), QuestionFirst(), Separator(), Turns()):
        with pytest.raises(ValueError, match="pieces of a template, and mine is a file"):
            edited(edit, template=file)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Sentence("within", "a", "b"), "expected before or after"),
        (lambda: Sentence("before", " ", "b"), "en or zh is blank"),
        (lambda: QuestionFirst("last"), "expected first or both"),
        (lambda: Template("t", parts=("context",)), "parts is"),
        (lambda: Template("t", parts=("question", "answer")), "parts is"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


TOLD = ["experiment=question_types", "model=scripted", "tracking=none", "folder=x", "k=1"]


def asked(*overrides):
    (text,) = previews(build(compose([*TOLD, *overrides])), 1)
    return text.partition("]\n")[2].rpartition("[scored")[0]


def test_none_leaves_every_prompt_as_it_was():
    assert asked("edit=none") == asked()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "translate"])
def test_each_edit_changes_a_prompt(name):
    assert edited(*built("edit", name).values()) != edited()


def test_an_edit_changes_nothing_of_the_data():
    before, after = (build(compose([*TOLD, f"edit={edit}"])) for edit in ("none", "role"))
    assert before.dataset == after.dataset
    assert before.config != after.config


def test_several_edits_are_made_in_the_order_in_which_they_are_named():
    text = asked("edit=[brief,role]")
    assert text.startswith("You are an expert in this task. Say what")
    assert "Answer in a few words.\n\n" in text


def test_what_asks_about_answers_keeps_its_template():
    experiment = build(compose([*TOLD, "edit=turns", "metric=checks"]))
    assert experiment.strategy.template.layout == "turns"
    assert experiment.metric["checks"].template.layout == "text"


def test_a_translation_is_asked_for_first_and_what_it_says_is_asked():
    experiment = build(compose([*TOLD, "edit=translate", "strategy=direct"]))
    program = experiment.strategy.solve(Question("q", "冷吗？{x}"), ())
    batches, _ = driven(lifted(program), saying("Is it cold? {y}"))
    (first,), (second,) = batches
    assert first.to == "translator"
    assert "Translate the text into English" in first.prompt.text
    assert "冷吗？{x}" in first.prompt.text
    assert "Is it cold? {y}" in second.prompt.text
    assert "冷吗" not in second.prompt.text


def golden():
    """The prompt of each edit in three templates, the instruction in two languages."""
    parts = []
    for name in ("qa_v1", "classify_zh_v1", "chat_v1"):
        template = built("template", name)
        said = "判断是否：{labels}。" if name == "classify_zh_v1" else TASK.instruction
        for edit in NAMES:
            prompt = edited(
                *built("edit", edit).values(),
                task=replace(TASK, instruction=said),
                template=template,
            )
            shown = "\n".join(f"[{m.role}]\n{m.content}" for m in prompt.messages)
            parts.append(f"=== {name}, {edit} ===\n{shown}\n")
    return "\n".join(parts)


def test_prompts_are_word_for_word_as_they_were():
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        GOLDEN.write_text(golden(), "utf-8")
    assert golden() == GOLDEN.read_text("utf-8")
