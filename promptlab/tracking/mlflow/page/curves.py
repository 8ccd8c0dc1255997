"""A run's confidence and slices as MLflow draws them: lines over steps, and bars side by side.

MLflow draws a metric with several steps as a line, so that the reliability diagrams of runs that
are compared lie over one another: the step is the confidence, or the coverage, in per cent.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from promptlab.records.files import section

SLICES = 50
"""Slices whose accuracy is a metric; the table has all."""


class Point(NamedTuple):
    """One value of a metric at a step."""

    name: str
    value: float
    step: int


def reliability_points(result: Mapping[str, Any]) -> list[Point]:
    """Return the points of the reliability diagrams, and of the accuracy over coverage."""
    return [
        point
        for by, told in section(result, "reliability").items()
        for point in (*_bins(by, told), *_coverage(by, told))
    ]


def _bins(by: str, told: Mapping[str, Any]) -> Iterator[Point]:
    for each in told["bins"]:
        step = round(100 * each["confidence"])
        yield Point(f"reliability_accuracy_by_{by}", each["accuracy"], step)
        yield Point(f"reliability_answers_by_{by}", each["n"], step)


def _coverage(by: str, told: Mapping[str, Any]) -> Iterator[Point]:
    every = told["coverage"]
    for place, accuracy in enumerate(every, start=1):
        step = round(100 * place / len(every))
        yield Point(f"reliability_risk_at_coverage_by_{by}", 1 - accuracy, step)


def slice_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the slices as rows of a table: field, value, and what is known of them."""
    return [
        {"field": field, "value": value or "(none)", **told}
        for field, parts in section(result, "slices").items()
        for value, told in parts.items()
    ]


def slice_points(result: Mapping[str, Any]) -> list[Point]:
    """Return the accuracy of the slices with the most examples, as metrics."""
    rows = [row for row in slice_rows(result) if "accuracy" in row]
    rows.sort(key=lambda row: -row["n"])
    named = {_slice_name(row): row["accuracy"] for row in reversed(rows[:SLICES])}
    return [Point(name, value, 0) for name, value in reversed(named.items())]


def _slice_name(row: Mapping[str, Any]) -> str:
    """Name a slice; a slash in it would be a folder to MLflow, which refuses some of them."""
    field, value = (str(row[key]).replace("/", "_") for key in ("field", "value"))
    return f"slices/{field}: {value}"
