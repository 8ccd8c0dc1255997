"""How long an answer takes: the time in which somebody was at work on what it needs."""

from collections.abc import Iterable, Sequence
from math import ceil
from statistics import median

from promptlab.records.timings import measured
from promptlab.types import Exchange, Stage, Timing, Trial

ANSWERING: tuple[Stage, ...] = ("retrieval", "selection", "ordering", "strategy")
"""The stages that answer; a fit prepares for it, and a metric looks at it."""


def latency(exchanges: Iterable[Exchange]) -> float | None:
    """Return the seconds that an answer took, of what was asked at once each second once.

    A request that was answered together with others takes as long as all of them.

    Args:
        exchanges: Of the trial; those of its metrics do not count.

    Returns:
        None where a reply was found in a store or was not measured, or nobody was asked.
    """
    taken = [measured(each.reply) for each in exchanges if each.stage in ANSWERING]
    known = [timing for timing in taken if timing is not None]
    return _covered(known) if known and len(known) == len(taken) else None


def latencies(trials: Sequence[Trial]) -> dict[str, float]:
    """Return `latency_median` and `latency_p95`, over the trials of which all was measured."""
    each = sorted(seconds for trial in trials if (seconds := latency(trial.exchanges)) is not None)
    if not each:
        return {}
    return {"latency_median": median(each), "latency_p95": each[ceil(0.95 * len(each)) - 1]}


def _covered(timings: Iterable[Timing]) -> float:
    """Return the seconds of the union of the times."""
    covered, end = 0.0, 0.0
    for timing in sorted(timings, key=lambda timing: timing.started):
        stop = timing.started + timing.seconds
        covered += max(0.0, stop - max(end, timing.started))
        end = max(end, stop)
    return covered
