"""The ranking as plain rows, for data frames and spreadsheets."""

from math import isnan
from typing import Any

from promptlab.report.data.reading.outcome import NAMES
from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.views.seeds import each_seed


def rows(sweep: Standings) -> list[dict[str, Any]]:
    """Return a row for each variant, best first; swept settings come before what was found."""
    levels, metric = sweep.factors, sweep.comparison.metric
    return [
        {
            **{key: levels[key][place.rank - 1] for key in levels},
            **({"model": place.model} if len(sweep.models) > 1 else {}),
            **_row(place, metric),
            **(_seeds(place) if sweep.repeated else {}),
        }
        for place in sweep.ranking
    ]


def _seeds(place: Place) -> dict[str, Any]:
    spread = place.variant.run.spread
    return {"deviation": None if isnan(spread) else spread, "seeds": each_seed(place.variant)}


def _row(place: Place, metric: str) -> dict[str, Any]:
    variant, pair, cost = place.variant, place.behind, place.cost
    return {
        "rank": place.rank,
        metric: variant.mean,
        "low": variant.low,
        "high": variant.high,
        "group": variant.letters,
        "examples": variant.examples,
        "behind": pair.found.difference if pair else None,
        "pvalue": pair.found.pvalue if pair else None,
        "holm": pair.holm if pair else None,
        "benjamini_hochberg": pair.benjamini_hochberg if pair else None,
        **{kind.replace(" ", "_"): place.kinds.get(kind, 0) for kind in NAMES},
        "gold_in_text": place.named,
        "prompt_tokens": cost.prompt_tokens,
        "completion_tokens": cost.completion_tokens,
        "calls": cost.calls,
        **({} if isnan(cost.money) else {"cost": cost.money}),
        "seconds": cost.seconds,
        "cached": cost.cached,
        "pareto": place.pareto,
    }
