"""A sweep as a data frame: one row for each variant, or one for each answer."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from promptlab.report.outcome import NAMES
from promptlab.report.sweep import Place, Sweep

if TYPE_CHECKING:
    from pandas import DataFrame


def ranking_frame(sweep: Sweep) -> "DataFrame":
    """Return the ranking, best first, indexed by variant; swept settings are columns too."""
    levels = sweep.factors
    rows = [
        {
            **{key: levels[key][place.rank - 1] for key in levels},
            **_row(place, sweep.comparison.metric),
        }
        for place in sweep.ranking
    ]
    return pd.DataFrame(rows, index=pd.Index(sweep.names, name="variant"))


def answer_frame(sweep: Sweep) -> "DataFrame":
    """Return every answer: variant, example, gold, prediction, outcome, score."""
    rows = [
        {
            "variant": name,
            "id": asked.id,
            "question": sweep.items[asked].question,
            "gold": sweep.items[asked].gold,
            "prediction": answer.prediction,
            "outcome": answer.kind,
            sweep.comparison.metric: answer.score,
            "gold_in_text": answer.named,
            "tokens": answer.prompt_tokens + answer.completion_tokens,
        }
        for name in sweep.names
        for asked, answers in sweep.answers[name].items()
        for answer in answers
    ]
    return pd.DataFrame(rows)


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
        "seconds": cost.seconds,
        "cached": cost.cached,
        "pareto": place.pareto,
    }
