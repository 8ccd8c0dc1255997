"""No text costs more than a moment to read, and no number more than a few digits."""

import sys

import pytest

from promptlab.extract import Extract, canonical, key, read
from promptlab.extract.bounds import CHARACTERS, DIGITS, bounded
from promptlab.metric.numeric_match import NumericMatch
from promptlab.types import Answer, Completion, Example, Question, Task

NUMBER = Task(answer="number")
QUESTION = Question("q", "How many eggs are left?")
BOMBS = (
    "1e2000000000|1e-2000000000|9^999999999|9^{999999999}|2⁹⁹⁹⁹⁹⁹⁹⁹⁹|9^9^9^9|10×10^99999999|"
    "0.5^99999999|1/1e999999999"
)


@pytest.mark.parametrize("bomb", BOMBS.split("|"))
def test_a_number_beyond_all_bounds_is_not_understood(bomb):
    assert canonical(bomb, NUMBER, QUESTION) is None
    assert (
        read(Completion(f"The answer is {bomb}."), NUMBER, QUESTION, Extract()).outcome
        == "unparsed"
    )
    assert NumericMatch()(Answer(bomb), Example(QUESTION, "1")) == 0


@pytest.mark.parametrize(
    "numeral", ["7" * 10_000, "7," + "777," * 9_999 + "777", "千亿" * 9_999, "一" * 9_999]
)
def test_a_numeral_of_ten_thousand_signs_is_not_understood(numeral):
    assert canonical(numeral, NUMBER, QUESTION) is None


def test_integers_within_the_bound_are_exact():
    digits = "7" * (DIGITS - 1)
    assert canonical(digits, NUMBER, QUESTION) == digits
    assert canonical("2^300", NUMBER, QUESTION) == str(2**300)


def test_of_a_giant_reply_the_beginning_and_the_end_are_read():
    filler = "and so on " * 200_000
    assert read(Completion(f"The answer is 7. {filler}"), NUMBER, QUESTION, Extract()).text == "7"
    assert read(Completion(f"{filler} The answer is 7."), NUMBER, QUESTION, Extract()).text == "7"
    assert len(bounded(filler)) <= CHARACTERS + 2
    assert bounded("short") == "short"


PIECES = (
    "1+|1,|1 |1/|-|1 = |1:|1'|1.|2^|9e9|\\frac{|\\frac{1}|\\sqrt{|(|[|{|$|千|万|一|分之|又|点|"
    "one |a |and a |half a |one and |3 or |3 to |if 3, |because |so 3 |x = |Step 1: |1. a\n|"
    "Q: 1\n|Answer: |"
    "Question: How many eggs?\n|answer to |the answer is 5 |如果3，|之后，|5 apples and |#| *|_|"
    "\n|minus "
)


def steps(text):
    """Count the calls that reading a text makes."""
    count = 0

    def called(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(called)
    try:
        read(Completion(text), NUMBER, QUESTION, Extract())
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", PIECES.split("|"))
def test_the_work_of_reading_grows_no_faster_than_the_text(piece):
    once, twice = (steps(piece * (length // len(piece))) for length in (4_000, 8_000))
    assert twice <= 2.5 * once


@pytest.mark.parametrize("piece", ["1+", "1,", "\\frac{", "如果3，", "so 3 ", "Q: 1\n"])
def test_a_megabyte_of_anything_is_read(piece):
    """A pattern that backtracks would not come back from any of these for hours."""
    text = piece * (1_000_000 // len(piece))
    assert read(Completion(text), NUMBER, QUESTION, Extract()).outcome in {"parsed", "unparsed"}
    assert key(text, NUMBER)
