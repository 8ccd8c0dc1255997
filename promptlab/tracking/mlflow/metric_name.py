"""Names of metrics, so that MLflow's charts, which are drawn by the alphabet, begin with scores."""

from typing import get_args

from promptlab.types import Outcome

OUTCOMES = {f"{name}{ending}" for name in get_args(Outcome) for ending in ("", "_rate")}
OUTCOMES -= {"unparsed_rate"}  # it is read beside the accuracy


def charted(name: str) -> str:
    """Put the counts of outcomes side by side, behind the scores: `outcome_truncated`."""
    return f"outcome_{name}" if name in OUTCOMES else name
