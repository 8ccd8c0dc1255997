"""A figure names its points inside its plot, none over another, and says what its axes are."""

from itertools import combinations

import pytest
from report_runs import trials, write

from promptlab.report.compared import compare


def drawn(figure):
    """Return the plot, its names and the boxes they fill."""
    figure.draw_without_rendering()
    (axes,) = figure.axes
    names = [text for text in axes.texts if text.get_visible()]
    return axes, names, [name.get_window_extent() for name in names]


@pytest.mark.parametrize("long", ["", "with a name that is about as long as names are"])
def test_every_point_of_the_pareto_plot_is_named_inside_it(tmp_path, long):
    for number in range(12):
        made = trials(0.3 + number / 20, tokens=10 + number % 4 * 30, seed=number)
        write(tmp_path, f"variant {number} {long}".strip(), made)
    axes, names, boxes = drawn(compare(tmp_path).pareto())
    frame = axes.get_window_extent()
    assert len(names) == 12
    assert all(frame.contains(*corner) for box in boxes for corner in box.corners())
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]


def test_a_name_without_room_is_the_number_of_its_place_and_that_is_said(tmp_path):
    for number in range(30):
        write(tmp_path, f"a rather long name of the variant {number}", trials(0.5, seed=number % 2))
    axes, names, _ = drawn(compare(tmp_path).pareto())
    numbers = {name.get_text() for name in names if name.get_text().startswith("#")}
    assert numbers
    assert numbers <= {f"#{place}" for place in range(1, 31)}
    assert "a number is a place in the ranking" in axes.get_xlabel()


@pytest.mark.parametrize("name", ["forest", "pareto", "curve", "heat_map", "matrix", "variance"])
def test_every_axis_with_numbers_says_what_they_are(sweep, name):
    for axes in getattr(compare(sweep), name)().axes:
        assert axes.get_xlabel()
        assert axes.get_ylabel() or name in ("forest", "variance")


def test_what_stands_at_a_tick_of_tokens_is_where_it_is(tmp_path):
    for number, tokens in enumerate((187, 205, 205, 207)):
        write(tmp_path, f"variant {number}", trials(0.5, tokens=tokens, seed=number))
    axes, *_ = drawn(compare(tmp_path).pareto())
    ticks = [(float(tick.get_text()), tick.get_position()[0]) for tick in axes.get_xticklabels()]
    assert len(ticks) > 2
    assert all(told == place for told, place in ticks)
