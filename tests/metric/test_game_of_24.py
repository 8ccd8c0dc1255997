"""Game of 24: each number once, and 24 exactly, by what is written and never by what it runs."""

import json
from pathlib import Path

import pytest

from promptlab.metric.math.game_of_24 import GameOf24
from promptlab.types import Answer, Example, Question

FOLDER = Path(__file__).resolve().parents[2].parent / "shared/data/outputs/game24_tot"


def score(text, numbers="4 5 6 10", **knobs):
    return GameOf24(**knobs)(Answer(text), Example(Question("q", numbers), ""))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("(4 * 5) + (10 - 6) = 24", "4 5 6 10"),
        ("4 + 5 = 9 (left: 6 9 10)\nAnswer: 4 × 5 − 6 + 10", "4 5 6 10"),
        ("答案：（４×５）－６＋１０＝２４", "４ ５ ６ １０"),
        ("8 / (3 - 8 / 3)", "3 3 8 8"),
        ("`(10 - 4) * (13 - 9)`.", "4 9 10 13"),
        ("-(4 - 10) * (13 - 9)", "4, 9, 10, 13"),
    ],
)
def test_a_solution_is_one_however_it_is_written(text, numbers):
    assert score(text, numbers) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "4 * 6 = 24",
        "4 * 5 + 10 - 6 + 6 - 6",
        "45 - 6 - 10",
        "4 * 5 + 6 - 10",
        "24",
        "4 ** 5 // 6 % 10",
        "__import__('os').system('true') + 4 + 5 + 6 + 10",
        "10 / (5 - 5) + 4 + 6",
        "(4 * 5) + (10 - 6",
        "",
        "(" * 500 + "4" + ")" * 500,
        "4 if 5 else 6 + 10",
        "\x00",
    ],
)
def test_what_is_no_solution_is_none(text):
    assert score(text) == 0.0


def test_another_number_may_be_the_target():
    assert score("4 + 5 + 6 + 10", target=25) == 1.0
    assert GameOf24()(Answer("", outcome="unparsed"), Example(Question("q", "1 1 1 1"), "")) == 0.0


@pytest.mark.skipif(not FOLDER.exists(), reason="needs the recorded Game of 24 answers")
@pytest.mark.parametrize(
    ("file", "mean", "solved", "first"),
    [("cot_100", 4.03, 49, 5), ("standard_100", 7.34, 33, 8), ("tot_b5", 23.8, 69, 62)],
)
def test_it_says_of_every_recorded_answer_what_its_authors_say(file, mean, solved, first):
    rows = [json.loads(line) for line in (FOLDER / f"{file}.jsonl").open(encoding="utf-8")]
    right = [[score(text, row["question"]) for text in row["outputs"]] for row in rows]
    assert right == [row["correct"] for row in rows]
    assert sum(sum(each) / len(each) for each in right) == pytest.approx(mean)
    assert sum(map(any, right)) == solved
    assert sum(each[0] for each in right) == first
