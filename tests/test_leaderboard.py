"""The leaderboard ranks each data set apart, and fits a terminal of 80 columns."""

from io import StringIO

import pytest
from rich.console import Console

from promptlab.report.leaderboard import leaderboard
from promptlab.report.rank import Rank


def result(name: str, accuracy: float, dataset: str = "sums") -> dict:
    metrics = {
        "n": 100,
        "accuracy": accuracy,
        "accuracy_low": 0.1,
        "accuracy_high": 0.9,
        "unparsed_rate": 0.0,
        "macro_f1": accuracy,
        "prompt_tokens": 12_345,
    }
    model = {"name": "SmolLM2-135M-Instruct"}
    timings = {"seconds": 12.0}
    return {"name": name, "dataset": dataset, "metrics": metrics, "model": model} | {
        "timings": timings
    }


def printed(results, groups=(), width=80, by=None) -> list[str]:
    console = Console(width=width, file=StringIO())
    console.print(leaderboard(results, groups, width, by=by and Rank.of(by)))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


def row(lines, start) -> int:
    return next(number for number, line in enumerate(lines) if line.strip("│ ").startswith(start))


SEVERAL = [
    result("random,k=4", 0.4),
    result("knn,k=4", 0.8),
    result("random,k=4", 0.5, "question_types"),
    result("knn,k=4", 0.3, "question_types"),
]


@pytest.mark.parametrize("width", [80, 140])
def test_nothing_is_cut_off_however_narrow_the_terminal(width) -> None:
    lines = printed(SEVERAL, ["b", "a", "a", "b"], width)
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)
    text = "\n".join(lines)
    assert all(said in text for said in ("10.0 – 90.0", "group", "question_types", "12,345"))
    assert ("macro-F1" in text) == (width == 140)


def test_each_data_set_is_ranked_apart_the_best_first() -> None:
    lines = printed(SEVERAL)
    places = [row(lines, start) for start in ("question_types", "sums")]
    first, second = lines[places[0] + 1 : places[0] + 3], lines[places[1] + 1 : places[1] + 3]
    assert ["random" in first[0], "knn" in first[1], "knn" in second[0]] == [True] * 3


def test_what_is_equal_is_ranked_by_name() -> None:
    lines = printed([result("b", 0.5), result("a", 0.5)])
    assert row(lines, "a ") < row(lines, "b ")


def test_names_are_not_taken_for_markup() -> None:
    assert "[bold]" in "\n".join(printed([result("x=[bold]", 0.5), result("y", 0.4)]))


def test_data_sets_of_one_name_are_ranked_apart() -> None:
    told = {"de": ("knn", 0.4), "en": ("bm25", 0.8)}
    results = [
        result(name, share, "test")
        | {"data": {"test": {"digest": folder * 4}}}
        | {"config": {"dataset": {"path": f"{folder}/test.jsonl"}}}
        for folder, (name, share) in told.items()
    ]
    for width in (80, 140):
        text = "\n".join(printed(results, width=width))
        assert text.index("de/test") < text.index("en/test")


def spent(name: str, accuracy: float, read: int, wrote: int, unparsed: float) -> dict:
    made = result(name, accuracy)
    made["metrics"] |= {"prompt_tokens": read, "completion_tokens": wrote}
    made["metrics"] |= {"unparsed_rate": unparsed}
    made["timings"] |= {"latency_median": wrote / 100}
    return made


COSTLY = [spent("cot", 0.9, 900, 300, 0.2), spent("direct", 0.6, 500, 20, 0.0)]


@pytest.mark.parametrize(
    ("by", "first", "figure"),
    [
        ("tokens", "direct", "520"),
        ("latency_median", "direct", "0.20"),
        ("-unparsed_rate", "direct", "0.0"),
        ("-tokens", "direct", "520"),
        ("macro_f1", "cot", "90.0"),
    ],
)
def test_of_a_cost_the_least_is_first_and_has_a_column(by, first, figure) -> None:
    for width in (80, 140):
        lines = printed(COSTLY, ["a", "b"], width, by)
        assert max(map(len, lines)) <= width
        assert not any("…" in line for line in lines)
        rows = [line for line in lines if line.startswith("│")]
        assert first in rows[0]
        assert figure in rows[0]
    assert f"{'most' if by == 'macro_f1' else 'least'} {by.lstrip('-')} first" in " ".join(lines)


def test_a_variant_without_the_figure_is_last() -> None:
    rows = [line for line in printed([result("a", 0.9), COSTLY[1]], by="tokens") if "│" in line]
    assert "direct" in rows[-2]


@pytest.mark.parametrize("by", [None, "cost", "latency_p95", "-unparsed_rate"])
@pytest.mark.parametrize("width", [80, 120])
def test_columns_that_have_no_room_are_left_out_and_none_is_cut(by, width) -> None:
    dear = {"cost": 0.000123, "completion_tokens": 1_234_567}
    results = [{**each, "metrics": each["metrics"] | dear} for each in SEVERAL]
    for each in results:
        each["timings"] = {"seconds": 12.0, "latency_p95": 0.5}
    lines = printed(results, ["abcde"] * 4, width, by)
    assert not any("…" in line for line in lines)
    assert all(line[-1] in "┓┃┩│┤┘" for line in lines if line[0] in "┏┃┡│├└")
    assert any("0.00012" in line for line in lines) == (width == 120 or by != "-unparsed_rate")


def test_where_answers_were_withheld_the_accuracy_of_those_given_stands_beside() -> None:
    some = result("abstaining", 0.5)
    some["metrics"] |= {"accuracy_answered": 0.75}
    lines = printed([some, result("choose", 0.6)], width=140)
    assert "of answered" in "\n".join(lines)
    assert "75.0" in lines[row(lines, "abstaining")]
    assert "of answered" not in "\n".join(printed(SEVERAL, width=140))
