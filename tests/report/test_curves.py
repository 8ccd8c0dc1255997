"""The score over the number of demonstrations, as a report draws it."""

import re

import pytest
from reading_html import Page
from report_runs import settings, trial, write

from promptlab.report.compared import compare
from promptlab.report.data.standings import read_standings
from promptlab.report.figures.curve import DRAWN
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown


def run(folder, name, k, right, *, seed=0, shift=0, **config):
    """A run of twenty questions with so many right answers."""
    made = [
        trial(n, gold=str(n), said=str(n if (n + shift) % 20 < right else -1)) for n in range(20)
    ]
    config = settings(name, k) | {"seed": seed} | config
    write(folder, f"{name},k={k},seed={seed}", made, config=config)


def zero(folder):
    selection = {"_target_": "promptlab.selection.zero.Zero"}
    run(folder, "zero", 4, 3, selection=selection)


def read(folder):
    (sweep,) = read_standings([folder])
    return sweep


@pytest.fixture
def many(tmp_path):
    """Two selections with two seeds each, and no demonstrations at all."""
    for k, right in ((1, 4), (8, 10), (32, 16)):
        for seed in range(2):
            run(tmp_path, "knn", k, right + seed, seed=seed)
            run(tmp_path, "random", k, right - 2, seed=seed, shift=seed)
    zero(tmp_path)
    return tmp_path


def test_a_curve_has_a_point_for_each_k_and_seeds_are_one_point(many) -> None:
    knn, random, none = read(many).curves
    assert [curve.name for curve in (knn, random, none)] == ["knn", "random", "zero"]
    assert [point.k for point in knn.points] == [1, 8, 32]
    assert [point.mean for point in knn.points] == pytest.approx([0.225, 0.525, 0.825])
    assert [point.runs for point in knn.points] == [2, 2, 2]
    assert [(point.k, point.mean, point.runs) for point in none.points] == [(0, 0.15, 1)]


def test_the_interval_of_a_point_is_that_of_its_examples(tmp_path) -> None:
    for k in (1, 2):
        run(tmp_path, "knn", k, 10)
    once = read(tmp_path).curves[0].points
    for k in (1, 2):
        run(tmp_path, "knn", k, 10, seed=1)
    twice = read(tmp_path).curves[0].points
    assert [(p.low, p.high) for p in once] == [(p.low, p.high) for p in twice]


def test_what_goes_with_k_makes_no_curve_of_its_own(tmp_path) -> None:
    for k in (1, 2, 4):
        run(tmp_path, "mmr", k, 3 * k, batch=10 * k)
    (curve,) = read(tmp_path).curves
    assert curve.name == "all runs"
    assert len(curve.points) == 3


def test_other_settings_have_curves_of_their_own(tmp_path) -> None:
    for k in (1, 2):
        for seed, strategy in enumerate(("direct", "cot")):
            stage = {"_target_": f"promptlab.strategy.{strategy}.X", "seed": k}
            run(tmp_path, "knn", k, 5 * k, seed=seed, strategy=stage)
    assert {curve.name for curve in read(tmp_path).curves} == {"direct", "cot"}


def test_without_another_k_there_is_no_curve(tmp_path) -> None:
    run(tmp_path, "knn", 4, 5)
    zero(tmp_path)
    sweep = read(tmp_path)
    assert sweep.curves == ()
    assert "Over k" not in markdown([sweep])
    assert "Over k" not in Page(page([sweep])).text
    with pytest.raises(ValueError, match="do not differ in k"):
        compare(tmp_path).curve()


def test_the_page_and_the_markdown_show_the_curves(many) -> None:
    sweep = read(many)
    text = page([sweep])
    (drawn,) = re.findall(r'<svg [^>]*class="plot curve".*?</svg>', text, re.DOTALL)
    assert "<title>accuracy, %, over the number of demonstrations. knn: 22.5 at 1, 52.5" in drawn
    assert len(re.findall(r"<title>knn, k = \d+: [\d.]+ % \[[\d.]+ – [\d.]+\], 2 runs", drawn)) == 3
    assert all(f">{words}<" in drawn for words in ("demonstrations (k)", "knn", "random", "zero"))
    assert "var(--blue)" in drawn
    assert len(drawn) < 20_000
    assert re.search(r"\| zero \| 15\.0 \[[\d. –]+\] \|  \|  \|  \|", markdown([sweep]))


def test_many_demonstrations_are_drawn_by_ratio_and_few_by_number(many, tmp_path) -> None:
    (axes,) = compare(many).curve().axes
    assert axes.get_xscale() == "symlog"
    assert sorted(axes.get_xticks()) == [0, 1, 8, 32]
    few = tmp_path / "few"
    for k in (1, 2, 16):
        run(few, "knn", k, 4)
    (axes,) = compare(few).curve().axes
    assert axes.get_xscale() == "linear"


def test_of_many_curves_the_highest_are_drawn_and_what_they_have_to_beat(tmp_path) -> None:
    for number in range(DRAWN + 2):
        for k in (1, 2):
            run(tmp_path, f"s{number}", k, 5 + number)
    zero(tmp_path)
    figure = compare(tmp_path).curve()
    names = {text.get_text() for text in figure.axes[0].texts}
    assert names == {"zero", *(f"s{number}" for number in range(3, DRAWN + 2))}


def test_a_name_is_no_formula(tmp_path) -> None:
    for name in ("_a$x^2$", "b{"):
        for k in (1, 2):
            run(tmp_path, name, k, 5)
    figure = compare(tmp_path).curve()
    figure.savefig(tmp_path / "curve.png", dpi=20)
    assert {text.get_text() for text in figure.axes[0].texts} == {"selection=_a$x^2$", "b{"}
