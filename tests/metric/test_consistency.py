"""How far what is drawn again says the same: by its answers, and by its words."""

import json
import sys
from pathlib import Path

import pytest

from promptlab.cli.main import main
from promptlab.metric.consistency import Consistency, text_consistency
from promptlab.types import Answer, Completion, Example, Question

EXAMPLE = Example(Question("q", "Who?"), "")
VOTED = Answer("Ada", rationale="She was Ada.", votes=(("Ada", 2.0), ("Bea", 1.0)))


def test_a_reply_is_worth_how_much_of_it_the_others_say():
    # Of "she was ada" and "she sang" the others have all and half a word of two; none and one.
    others = ["She was Ada. She danced.", "It rained."]
    first = (1 + 0) / 2
    second = (0.5 + 0) / 2
    assert text_consistency("She was Ada. She sang.", others) == pytest.approx((first + second) / 2)


@pytest.mark.parametrize(
    ("reply", "others", "expected"),
    [
        ("Same.", ["Same.", "Same."], 1),
        ("甲是乙。丙是丁。", ["丙是丁。甲是乙。"], 1),
        ("One thing.", ["Another story"], 0),
        ("a\nb", ["a", "b"], 0.5),
    ],
)
def test_closed_forms(reply, others, expected):
    assert text_consistency(reply, others) == pytest.approx(expected)


def test_the_reply_is_the_one_that_the_answer_was_read_from():
    draws = [Completion("It was Bea."), Completion("She was Ada."), Completion("She was Ada.")]
    found = Consistency()(VOTED, EXAMPLE, draws)
    assert found["consistency"] == pytest.approx(2 / 3)
    # Against "she was ada", all of it; against "it was bea", one word of three.
    assert found["text_consistency"] == pytest.approx((1 + 1 / 3) / 2)


def test_without_two_draws_or_an_answer_there_is_nothing_to_compare():
    assert Consistency()(VOTED, EXAMPLE, [Completion("She was Ada.")]).keys() == {"consistency"}
    assert Consistency()(VOTED, EXAMPLE).keys() == {"consistency"}
    unread = Answer("", outcome="unparsed")
    assert Consistency()(unread, EXAMPLE, [Completion("a"), Completion("b")]) == {}


def test_a_run_of_draws_has_both(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    replies = "[2 + 2 = 4. The answer is 4.,1 + 3 = 4. The answer is 4.,The answer is 5.]"
    words = ["strategy=self_consistency", "strategy.samples=3", "selection=zero", "tracking=none"]
    words += ["dataset=arithmetic", "dataset.limit=2", "model=scripted", f"model.reply={replies}"]
    monkeypatch.setattr(sys, "argv", ["promptlab", "metric=consistency", *words, "folder=run"])
    main()
    found = json.loads(Path("run/result.json").read_text("utf-8"))["metrics"]
    assert found["consistency"] == pytest.approx(2 / 3)
    assert 0 < found["text_consistency"] < 1
