"""What a sweep comes to, in a few plain sentences."""

from collections.abc import Iterator, Sequence

from promptlab.analysis.comparison.runs import common_scores
from promptlab.analysis.statistics import optimism
from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.verdict import is_behind
from promptlab.report.data.views.sensitivity import (
    bounds_sentence,
    sensitivity,
    share_sentence,
    warning,
)
from promptlab.report.number_format import percent

NAMED = 4
"""Variants named in a sentence."""
FEW = 3
"""Variants from which on the best one is chosen by chance, too."""
WORTH_SAYING = 0.005
"""What the best score must be too high by to be told of."""


def summary(sweep: Standings) -> list[str]:
    """Say who is ahead of whom, and what could be seen at all; `verdict` says what to conclude."""
    return list(_sentences(sweep))


def _sentences(sweep: Standings) -> Iterator[str]:
    best, *others = sweep.ranking
    variant = best.variant
    yield (
        f"{best.name} has the highest {sweep.comparison.metric}: {percent(variant.mean)} % "
        f"[{percent(variant.low)}, {percent(variant.high)}] on {variant.examples:,} "
        f"example{'s' if variant.examples > 1 else ''}{_among(best, others)}"
        + _equal([place for place in others if place.variant.mean == variant.mean])
    )
    compared = [place for place in others if place.behind]
    together = [place for place in compared if place.behind and not is_behind(place.behind)]
    if len(compared) > 1:
        yield _counted(len(compared) - len(together), len(compared), together)
    yield from _chosen(sweep)
    yield from _unsteady(sweep)
    detectable = sweep.comparison.detectable
    if compared and detectable is not None and detectable <= 1:
        yield (
            f"two variants that are {percent(detectable, 0)} points apart would be told apart "
            "four times in five with so many examples, in a single comparison"
        )


def _among(best: Place, others: Sequence[Place]) -> str:
    """Say that the best is not the highest where one that lacks many examples is above it."""
    above = any(place.variant.mean > best.variant.mean for place in others)
    return ", of the variants that have nearly all" if above else ""


def _chosen(sweep: Standings) -> Iterator[str]:
    """Say how much of the best variant's score is due to its having been chosen by it."""
    table = common_scores([variant.run for variant in sweep.variants])
    if len(table) < FEW or not table[0]:
        return
    gained = optimism(table)
    if gained >= WORTH_SAYING:
        yield (
            f"the best of {len(table):,} was chosen by looking: on other examples it is likely to "
            f"score about {percent(gained)} points less"
        )


def _unsteady(sweep: Standings) -> Iterator[str]:
    """Say where the variance is, what its bounds are, and whether chance could undo a lead."""
    parts = sensitivity(sweep)
    if parts and parts.effects:
        yield share_sentence(parts)
    if parts and parts.settings and parts.settings[0].runs > 1:
        yield bounds_sentence(parts.settings[0])
    if parts and parts.fragile:
        yield warning(parts.fragile[0])


def _counted(beaten: int, others: int, together: Sequence[Place]) -> str:
    if not together:
        return f"it beats all {others} others, after Holm"
    won = f"{beaten} of" if beaten else "none of the"
    return f"it beats {won} {others} others after Holm; not told apart from it: {_named(together)}"


def _equal(places: Sequence[Place]) -> str:
    return f"; equally high: {_named(places)}" if places else ""


def _named(places: Sequence[Place]) -> str:
    """Name the first few."""
    known = ", ".join(place.name for place in places[:NAMED])
    return known + (f" and {len(places) - NAMED} more" if len(places) > NAMED else "")
