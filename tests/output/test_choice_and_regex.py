"""One of some texts, and what a pattern matches."""

import pytest

from promptlab.extract import Extract
from promptlab.output.choice import Choice
from promptlab.output.grammar import fault, matches
from promptlab.output.regex import Regex
from promptlab.template import Template
from promptlab.types import Completion, Dataset, Example, Form, Question, Task

LABELS = Task(answer="label", labels=("good", "not so good", "坏"))
CHOICES = Question("q", "Where?", ("here", "there"))
TEMPLATE = Template("t")


def options(output, task, question=CHOICES, template=TEMPLATE):
    return output.form(task, question, template.written, template.lead).options


def read(output, text, task, question=CHOICES):
    return output.read(Completion(text), task, question, Extract(policy="reply"))


def test_the_options_are_those_of_the_task_as_the_template_writes_them() -> None:
    assert options(Choice(), LABELS) == LABELS.labels
    assert options(Choice(), Task(answer="choice")) == ("A", "B")
    true = Template("t", yes_no=("true", "false"))
    assert options(Choice(), Task(answer="yes_no"), template=true) == ("true", "false")
    assert options(Choice(("3", "三")), Task(answer="number")) == ("3", "三")


def test_an_answer_that_is_none_of_the_options_is_unparsed() -> None:
    numbers = Task(answer="number")
    assert read(Choice(("3", "12")), " 12", numbers).text == "12"
    answer = read(Choice(("3", "12")), " 13", numbers)
    assert (answer.outcome, answer.why) == ("unparsed", "'13' is none of the options")
    assert read(Choice(), " 坏", LABELS).text == "坏"


@pytest.mark.parametrize(
    ("output", "task", "message"),
    [
        (Choice(), Task(answer="number"), r"no possible answers.*output\.options"),
        (Choice(("a",)), LABELS, "leave them out"),
        (Choice(), Task(answer="choice"), "question 'q' of a choice task has no possible"),
        (Choice(), Task(answer="code"), "question 'q' of a code task has no possible"),
        (Regex("[0-9]+"), Task(answer="json"), "output=json"),
    ],
)
def test_tasks_without_possible_answers_are_refused(output, task, message) -> None:
    dataset = Dataset("d", task, (), (Example(Question("q", "?"), ""),))
    with pytest.raises(ValueError, match=message):
        output.check(dataset)


def test_options_of_which_nothing_can_be_chosen_are_refused() -> None:
    with pytest.raises(ValueError, match="'a' more than once"):
        Choice(("a", "b", "a"))
    with pytest.raises(ValueError, match="a blank one"):
        Choice(("a", " "))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("", "is empty"), ("[a-z", "unclosed"), ("(?=a)b", "look-around"), (r"(a)\1", "backref")],
)
def test_what_is_no_pattern_is_refused(pattern, why) -> None:
    with pytest.raises(ValueError, match=why):
        Regex(pattern).loaded()


def test_a_text_is_the_reply_that_matches() -> None:
    dates = Regex(r"\d{4}年|[0-9-]+/x").loaded()
    text = Task()
    assert read(dates, " 2024年\nQ: next", text).text == "2024年"
    assert read(dates, "12-3/x", text).text == "12-3/x"
    missed = read(dates, "in 2024年", text)
    assert (missed.outcome, missed.why) == ("unparsed", "the reply does not match the pattern")


def test_a_reply_is_matched_in_a_time_that_its_length_bounds() -> None:
    assert not matches(Form("regex", "(x+x+)+y"), "x" * 2_000)


@pytest.mark.parametrize("option", ['"', "\\", "a\nb", "{x}", "/", "|", "'", "%json {}", "好"])
def test_an_option_is_text_whatever_it_looks_like(option) -> None:
    form = Form("choice", options=(option, "other"), lead=" ")
    assert fault(form) == ""
    assert matches(form, f" {option}")
    assert not matches(form, option)
