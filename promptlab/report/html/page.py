"""The page: one self-contained HTML file that loads nothing from elsewhere.

`page.html.jinja` writes it; here is what it is filled in with.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from promptlab.report.data.reading.outcome import KINDS
from promptlab.report.data.standings import Standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import headline, reasons, verdict, winner_prompt
from promptlab.report.data.views.audit import NAMED, cases
from promptlab.report.data.views.example_matrix import arrange
from promptlab.report.data.views.extractors import agreement, agreement_sentence
from promptlab.report.data.views.sensitivity import EXPLAINED, said, sensitivity, warning
from promptlab.report.figures.coverage import coverage_figure
from promptlab.report.figures.curve import DRAWN, curve_figure, described
from promptlab.report.figures.forest import forest_figure
from promptlab.report.figures.heat_map import heat_maps
from promptlab.report.figures.look import SHOWN, shortened
from promptlab.report.figures.pareto import pareto_figure
from promptlab.report.figures.reliability import DRAWN as DIAGRAMS
from promptlab.report.figures.reliability import described as described_reliability
from promptlab.report.figures.reliability import reliability_figure
from promptlab.report.figures.slices import slices_figure
from promptlab.report.figures.svg import svg
from promptlab.report.figures.variance import variance_figure
from promptlab.report.html.cells import cells
from promptlab.report.html.pairs import BEST, CHOOSABLE, choices, chosen, side_by_side
from promptlab.report.html.template import own, rendered, templates

SLICED = 4
"""Variants side by side in a table of slices."""


def page(sweeps: Sequence[Standings]) -> str:
    """Write the page of one sweep, or of several."""
    return rendered(
        templates().get_template("page.html.jinja"),
        title="Leaderboard: " + ", ".join(sweep.title for sweep in sweeps),
        parts=list(map(_part, sweeps)),
        style=Markup(_style()),  # noqa: S704  our own
        script=Markup(own("page.js")),  # noqa: S704  our own
        kinds=KINDS,
        shortened=shortened,
    )


def embedded(sweep: Standings) -> str:
    """Write the ranking alone, to stand in another page, such as a notebook."""
    return rendered(
        templates().get_template("notebook.html.jinja"),
        style=Markup(f"@scope (.promptlab) {{{_style()}}}"),  # noqa: S704  our own
        sweep=sweep,
        summary=summary(sweep),
        **_verdict(sweep),
        kinds=KINDS,
    )


def _verdict(sweep: Standings) -> dict[str, Any]:
    found = verdict(sweep)
    return {
        "headline": headline(found),
        "reasons": list(reasons(found)),
        "prompt": winner_prompt(sweep),
    }


def _part(sweep: Standings) -> dict[str, Any]:
    """Gather what is shown of one data set."""
    return {
        "sweep": sweep,
        "summary": summary(sweep),
        **_verdict(sweep),
        "forest": _forest(sweep),
        "undrawn": len(sweep.variants) - SHOWN,
        "pareto": _pareto(sweep),
        "curve": _curve(sweep),
        "heat_maps": [
            (title, svg(figure, f"Mean score: {title}", "heat"))
            for title, figure in heat_maps(sweep)
        ],
        "variance": _variance(sweep),
        "confidence": _confidence(sweep),
        "slices": _slices(sweep),
        "cells": cells(sweep, arrange(sweep)),
        "pairs": _pairs(sweep) if len(sweep.names) > 1 else None,
        "audit": _audit(sweep),
        "judges": sweep.judges,
    }


def _forest(sweep: Standings) -> Markup | None:
    title = "Forest plot: scores and paired differences, with 95 % intervals"
    return svg(forest_figure(sweep), title) if len(sweep.variants) > 1 else None


def _pareto(sweep: Standings) -> Markup | None:
    counted = any(place.cost.tokens > 0 for place in sweep.ranking)
    return svg(pareto_figure(sweep), "Score against tokens", "pareto") if counted else None


def _curve(sweep: Standings) -> dict[str, Any] | None:
    every = sweep.curves
    if not every:
        return None
    return {
        "figure": svg(curve_figure(sweep), described(sweep), "curve"),
        "curves": len(every),
        "drawn": DRAWN,
        "averaged": any(point.runs > 1 for curve in every for point in curve.points),
    }


def _variance(sweep: Standings) -> dict[str, Any] | None:
    found = sensitivity(sweep)
    if found is None:
        return None
    over = found.settings[0].over if found.settings else ()
    return {
        "found": found,
        "warnings": [f"{warning(each)}." for each in found.fragile],
        "explained": EXPLAINED,
        "figure": svg(variance_figure(sweep), "Shares of the variance, and every run"),
        "over": [
            (f"over {name}", f"what {said(name)} moves, in points, on average") for name in over
        ],
    }


def _confidence(sweep: Standings) -> dict[str, Any] | None:
    if not sweep.reliabilities:
        return None
    return {
        "reliability": svg(reliability_figure(sweep), described_reliability(sweep)),
        "drawn": DIAGRAMS,
        "coverage": svg(coverage_figure(sweep), "Wrong answers over coverage"),
    }


def _slices(sweep: Standings) -> dict[str, Any] | None:
    if not sweep.slices:
        return None
    return {"figure": svg(slices_figure(sweep), "The score by slice"), "shown": SLICED}


def _pairs(sweep: Standings) -> dict[str, Any]:
    names = chosen(sweep)
    data = choices(sweep, names) if len(names) > 2 else None
    return {
        "names": names,
        "best": BEST if len(sweep.names) > CHOOSABLE else None,
        "shown": side_by_side(sweep, names),
        "data": data,
    }


def _audit(sweep: Standings) -> dict[str, Any]:
    policies = agreement(sweep)
    return {
        "cases": cases(sweep),
        "named": NAMED,
        "meanings": {kind.name: kind.meaning for kind in KINDS}
        | {NAMED: "of a wrong answer this may be chance: a chain of thought names many things"},
        "occurring": [k for k in KINDS if any(k.name in place.kinds for place in sweep.ranking)],
        "agreement": policies,
        "sentence": agreement_sentence(policies),
    }


def _style() -> str:
    """Return the style sheet, with the colours of the outcomes."""
    colours = "".join(
        f".{kind.name.replace(' ', '-')}{{background:{kind.colour}}}" for kind in KINDS
    )
    return own("page.css") + colours
