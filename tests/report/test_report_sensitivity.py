"""Where a sweep's variance comes from, in a report of recorded runs."""

from dataclasses import replace
from itertools import product

import pytest
from report_runs import settings, trials, write

from promptlab.analysis.comparison.runs import common_scores
from promptlab.report.compared import compare
from promptlab.report.data.standings import read_standings
from promptlab.report.data.summary import summary
from promptlab.report.data.views.sensitivity import bounds_sentence, by_chance, sensitivity, warning
from promptlab.report.figures.variance import variance_figure
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown

SHARES = {"knn": 0.7, "random": 0.66}


def config(selection, draw, order):
    found = settings(selection, 4)
    found["selection"] = found["selection"] | {"seed": draw}
    ordering = {"_target_": "promptlab.ordering.shuffled.Shuffled", "seed": order}
    return found | {"ordering": ordering, "seed": 0}


def swept(folder, orders, finished=True):
    """Two selections, two draws, some orders; an order moves 0.2 within every set."""
    for selection, draw, order in product(SHARES, range(2), range(orders)):
        share = SHARES[selection] + 0.2 * ((draw + order) % 2)
        name = f"{selection},selection.seed={draw},ordering.seed={order}"
        made = trials(share, 60, prompt=f"{name} Q: {{}}\nA:")
        write(folder, name, made, config=config(selection, draw, order), finished=finished)
    (sweep,) = read_standings([folder])
    return sweep


@pytest.fixture
def sweep(tmp_path):
    return swept(tmp_path, 2)


def test_shares_add_up_and_the_order_has_the_most(sweep):
    found = sensitivity(sweep)
    assert [each.factor for each in found.effects] == [
        "selection",
        "selection.seed",
        "ordering.seed",
    ]
    assert sum(each.share for each in found.effects) == pytest.approx(1)
    assert max(found.effects, key=lambda each: each.share).factor == "ordering.seed"
    assert [each.by_chance for each in found.effects] == [False, True, True]
    assert found.effects[2].usual > 0.1
    assert 0 < found.effects[2].expected < 1


def test_best_and_worst_cases_are_of_runs_that_differ_by_chance_alone(sweep):
    knn, random = sensitivity(sweep).settings
    assert (knn.name, random.name) == ("knn", "random")
    values = [variant.mean for variant in sweep.apart.variants if variant.name.startswith("knn")]
    assert (knn.spread.runs, knn.spread.worst, knn.spread.best) == (4, min(values), max(values))
    assert knn.over["ordering.seed"] > knn.over["selection.seed"]


def test_an_oracle_over_a_settings_runs_bounds_them(sweep):
    knn = sensitivity(sweep).settings[0]
    runs = [each.run for each in sweep.apart.variants if each.name.startswith("knn")]
    columns = list(zip(*common_scores(runs), strict=True))
    low, high = (sum(map(pick, columns)) / len(columns) for pick in (min, max))
    assert knn.bounds == pytest.approx((low, high))
    assert low <= knn.spread.worst < knn.spread.best <= high
    said = bounds_sentence(knn)
    assert f"the 4 runs of knn for each example would have {100 * high:.1f} % at best" in said
    assert said in summary(sweep)


def test_a_lead_that_an_order_could_undo_is_warned_of(sweep):
    (undone,) = sensitivity(sweep).fragile
    said = warning(undone)
    assert said.startswith("knn's lead of ")
    assert "is smaller than what the order (" in said
    assert said.endswith("alone moves: one run of each would not tell which is better")
    assert said in summary(sweep)
    for text in (page([sweep]), markdown([sweep])):
        assert "lead of" in text
        assert "Variance" in text


def test_a_sweep_without_a_grid_has_no_variance_to_take_apart(tmp_path):
    for name, share in SHARES.items():
        write(tmp_path, name, trials(share), config=settings(name, 4))
    (sweep,) = read_standings([tmp_path])
    assert sensitivity(sweep) is None
    assert "## Variance" not in markdown([sweep])
    with pytest.raises(ValueError, match="no grid"):
        compare(tmp_path).variance()


def test_a_grid_without_orders_and_seeds_has_shares_and_no_cases(tmp_path):
    for name, k in product(SHARES, (1, 2)):
        made = trials(SHARES[name] + 0.05 * k)
        write(tmp_path, f"{name},k={k}", made, config=settings(name, k))
    (sweep,) = read_standings([tmp_path])
    found = sensitivity(sweep)
    assert {each.factor for each in found.effects} == {"selection", "k", "in combination"}
    assert sum(each.share for each in found.effects) == pytest.approx(1)
    assert (found.settings, found.fragile) == ((), ())
    assert "Best and worst" not in page([sweep])


def test_runs_whose_settings_are_unknown_are_left_out(tmp_path):
    swept(tmp_path, 2)
    write(tmp_path, "cut short", trials(0.1), finished=False)
    (sweep,) = read_standings([tmp_path])
    assert (len(sweep.variants), len(sweep.apart.variants)) == (3, 9)
    assert sensitivity(sweep).runs == 8


def test_equal_runs_leave_nothing_to_take_apart(tmp_path):
    for selection, draw, order in product(SHARES, range(2), range(2)):
        name = f"{selection},{draw},{order}"
        write(tmp_path, name, trials(0.5), config=config(selection, draw, order))
    (sweep,) = read_standings([tmp_path])
    found = sensitivity(sweep)
    assert found.effects == found.fragile == ()
    assert [each.spread.deviation for each in found.settings] == [0, 0]
    assert "## Variance" in markdown([sweep])


def test_orders_are_drawn_beside_the_orders_of_the_same_set(tmp_path, sweep):
    names = ["selection knn", "selection random"]
    names += [f"{each}, selection.seed {draw}" for each in ("knn", "random") for draw in range(2)]
    assert [strip.name for strip in sensitivity(sweep).strips] == names
    assert [len(strip.runs) for strip in sensitivity(sweep).strips] == [4, 4, 2, 2, 2, 2]
    _, right = compare(tmp_path).variance().axes
    assert [label.get_text() for label in right.get_yticklabels()] == names


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        ("seed", True),
        ("selection.seed", True),
        ("ordering", True),
        ("ordering.seed", True),
        ("selection", False),
        ("k", False),
        ("template.name", False),
    ],
)
def test_orders_and_seeds_were_not_meant_to_matter(factor, expected):
    assert by_chance(factor) is expected


def test_runs_of_one_varied_setting_are_drawn_once_and_within_the_picture(tmp_path):
    for selection, draw in product(SHARES, range(3)):
        made = trials(SHARES[selection] - 0.1 * draw, 60, prompt=f"{selection} {draw} {{}}")
        write(
            tmp_path, f"{selection},selection.seed={draw}", made, config=config(selection, draw, 0)
        )
    (found,) = read_standings([tmp_path])
    parts = sensitivity(found)
    assert [strip.name for strip in parts.strips] == ["selection knn", "selection random"]
    end = variance_figure(found).axes[0].get_xlim()[1]
    assert max(100 * each.expected for each in parts.effects if each.expected >= 0) < end


def test_what_a_shell_shows_of_a_comparison_holds_no_control_characters(tmp_path):
    write(tmp_path, "one", trials(0.5), config={**config("knn", 0, 0), "name": "x"})
    found = compare(tmp_path)
    (best, *_) = found.sweep.variants
    hostile = replace(best, run=replace(best.run, name="\x1b[2J\n"))
    comparison = replace(found.sweep.comparison, variants=(hostile,))
    shown = repr(replace(found, sweep=replace(found.sweep, comparison=comparison)))
    assert "one" not in shown
    assert shown.isprintable()
