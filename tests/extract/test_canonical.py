"""Answers have one canonical form, and what is the same is decided in one place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.extract import Extract, canonical, key, read, same
from promptlab.types import Completion, Question, Task

KINDS = ("number", "label", "choice", "yes_no", "text", "code")
LABELS = ("entailment", "not_entailment", "中立", "card_arrival")
QUESTION = Question("q", "Which is it?", ("bank", "5", "the mall", "不知道"))
NUMBER, CHOICE = Task(answer="number"), Task(answer="choice")
# Words that answers are made of, in any order, and anything else.
PIECES = (
    "the answer is|A|(B)|b)|5|1,000|-|.|$|%|1/2|\\boxed{|}|\\frac{1}{2}|yes|No|是|不|答案是|"
    "entailment|not_|mall|三百|ten|=|\n|e9|:|####|<think>|</think>|５|½|10^|or|Q:| "
)
texts = st.lists(st.sampled_from(PIECES.split("|")) | st.text(max_size=6), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1,000", "1000"),
        ("1,00,000", "100000"),
        ("25 000", "25000"),
        ("1{,}000", "1000"),
        ("3.50", "3.5"),
        ("-0", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("$5", "5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("US$ 5", "5"),
        ("￥１２", "12"),
        ("５０％", "50"),
        ("−5", "-5"),
        ("(5)", "5"),
        ("1/2", "0.5"),
        ("1 1/2", "1.5"),
        ("2½", "2.5"),
        ("1/3", "0.333333333333"),
        (r"\frac{1}{2}", "0.5"),
        (r"-\dfrac12", "-0.5"),
        ("1e5", "100000"),
        ("3×10^5", "300000"),
        (r"3 \times 10^{-2}", "0.03"),
        ("10^{5}", "100000"),
        ("3 million", "3000000"),
        ("3万", "30000"),
        ("1.5亿", "150000000"),
        ("三百二十", "320"),
        ("二十五", "25"),
        ("一万零五", "10005"),
        ("二〇二四", "2024"),
        ("负三点五", "-3.5"),
        ("百分之五十", "50"),
        ("twenty-five", "25"),
        ("two hundred and five", "205"),
        ("0.1000000000000000055", "0.1"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("m^2", None),
        ("CO2", None),
        ("1/0", None),
        ("none", None),
    ],
)
def test_a_number_is_a_plain_decimal(written, expected):
    assert canonical(written, NUMBER, QUESTION) == expected


def test_a_number_in_the_unit_that_was_asked_for_keeps_it():
    assert canonical("3万", NUMBER, Question("q", "多少万元？")) == "3"
    assert canonical("3 million", NUMBER, Question("q", "How many million people?")) == "3"


@pytest.mark.parametrize(
    ("a", "b", "kind", "expected"),
    [
        ("3.50", "3.5", "number", True),
        ("５０", "50", "number", True),
        ("0.1", "0.10000000000000001", "number", True),
        ("0.6666666666666667", "2/3", "number", True),
        ("0.333", "1/3", "number", False),
        ("12345678901234567", "12345678901234568", "number", False),
        ("(B)", "B", "choice", True),
        ("True", "yes", "yes_no", True),
        ("否", "no", "yes_no", True),
        ("Card Arrival", "card_arrival", "label", True),
        ("entailment", "not_entailment", "label", False),
        ("The Beatles", "beatles!", "text", True),
        ("北京。", "北京", "text", True),
        ("35", "3.5", "text", False),
        ("A-", "A", "text", False),
        ("C++", "C", "text", False),
        ("C#", "C", "text", False),
        ("A-level", "a level", "text", False),
        ("-5", "5", "text", False),
        ("1,000", "1000", "text", True),
        ("A", "", "text", False),
        ("", "", "text", False),
        ("] )", "] ) )", "text", False),
        ("x = 1\n", "x = 1", "code", True),
        ("if a:\n  b", "if a:\nb", "code", False),
        ("if a:\r\n  b", "if a:\n  b", "code", True),
    ],
)
def test_sameness_is_typed_by_the_task(a, b, kind, expected):
    task = Task(answer=kind, labels=LABELS)
    assert same(a, b, task) is expected
    assert same(b, a, task) is expected


def test_votes_for_the_article_and_for_numbers_stay_apart():
    task = Task(answer="text")
    assert len({key(text, task) for text in ("A", "B", "3.5", "35", "-5", "5")}) == 6


@settings(deadline=None)
@given(texts, st.sampled_from(KINDS))
def test_canonical_is_idempotent_and_never_raises(text, kind):
    task = Task(answer=kind, labels=LABELS)
    once = canonical(text, task, QUESTION)
    assert once is None or canonical(once, task, QUESTION) == once


@settings(deadline=None)
@given(texts, texts, st.sampled_from(KINDS))
def test_two_answers_are_the_same_exactly_when_their_keys_are(a, b, kind):
    task = Task(answer=kind, labels=LABELS)
    assert same(a, b, task) == bool(a.strip() and b.strip() and key(a, task) == key(b, task))
    assert same(a, a, task) == bool(a.strip())


@settings(deadline=None)
@given(
    texts,
    st.sampled_from(KINDS),
    st.sampled_from(["after", "first", "last"]),
    st.sampled_from(["stop", "length"]),
)
def test_read_never_raises_and_answers_within_the_task(text, kind, policy, finish):
    task = Task(answer=kind, labels=LABELS)
    answer = read(Completion(text, finish), task, QUESTION, Extract(policy))
    assert (answer.outcome == "parsed") == (answer.text != "")
    if kind == "choice":
        assert answer.text in {"", "A", "B", "C", "D"}
    if kind == "label":
        assert answer.text in {"", *LABELS}
    if kind == "yes_no":
        assert answer.text in {"", "yes", "no"}
    if answer.text and kind == "number":
        assert canonical(answer.text, task, QUESTION) == answer.text


@settings(deadline=None)
@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-(10**7), max_value=10**7, places=4
    )
)
def test_a_number_read_back_is_the_number(value):
    found = canonical(f"{value:,.4f}", NUMBER, QUESTION)
    assert found is not None
    assert abs(float(found) - float(value)) < 1e-9


HOSTILE = (
    "1,| |\n|(|\\boxed{|the answer is |####|A:\n|answer to |1/|1 = |1+|no |one |三|<think>|"
    "</think>|```\n|A |B) |*|\"|. |Q:\n|so |the mall |not_|not |10^|\\frac{1}|答案是|I can't |"
    "answer is A or |- "
)


@pytest.mark.parametrize("piece", HOSTILE.split("|"))
def test_long_texts_take_time_in_proportion(piece):
    """A pattern that backtracks would not come back from any of these for hours."""
    text = piece * (8_000 // len(piece)) + "x"
    for kind in KINDS:
        task = Task(answer=kind, labels=LABELS)
        answer = read(Completion(text), task, QUESTION, Extract())
        assert answer.outcome in {"parsed", "unparsed", "refused"}
        assert same(text, text, task)
