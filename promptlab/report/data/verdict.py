"""The verdict of a sweep: which prompt, and how sure that is, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isinf

from promptlab.analysis.comparison.pair import Pair
from promptlab.analysis.statistics import examples_needed
from promptlab.analysis.statistics.verdict import p_words
from promptlab.report.data.standings import Place, Standings
from promptlab.report.data.views.side_by_side import prompt
from promptlab.report.number_format import count, interval, percent

ALPHA = 0.05
NAMED = 4
"""Variants named in a sentence."""
_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Verdict:
    """Which prompt, and how sure that is.

    Attributes:
        best: The variant that is ranked first.
        beaten: Those that it was compared with, and that are told apart from it.
        together: Those that it was compared with, and that are not.
        questions: How many more would be needed to tell the best from all of these; 0 where there
            is none, infinity where their means are equal.
        answers: How many more answers this is, from all that are not told apart.
    """

    best: Place
    beaten: tuple[Place, ...]
    together: tuple[Place, ...]
    questions: float
    answers: float

    @property
    def sure(self) -> bool:
        """Whether the best was compared, and all others are told apart from it."""
        return bool(self.beaten) and not self.together


def verdict(sweep: Standings) -> Verdict:
    """Judge a sweep."""
    best, *others = sweep.ranking
    compared = [(place, place.behind) for place in others if place.behind]
    beaten = tuple(place for place, pair in compared if is_behind(pair))
    open_pairs = [(place, pair) for place, pair in compared if not is_behind(pair)]
    together = tuple(place for place, _ in open_pairs)
    questions = max((_more_questions(pair) for _, pair in open_pairs), default=0.0)
    # `inf` times 0 would be no number.
    answers = questions * sum(map(_answers_each, (best, *together))) if questions else 0.0
    return Verdict(best, beaten, together, questions, answers)


def is_behind(pair: Pair) -> bool:
    """Say whether the best variant is better; on the examples shared with another it may not be."""
    return pair.holm < ALPHA and pair.found.difference > 0


def headline(found: Verdict) -> str:
    """Say the verdict in a sentence or two."""
    if found.sure:
        return _sure(found)
    if not found.together:
        return f"There is nothing to compare {found.best.name} with"
    among = (found.best, *found.together)
    return f"Undecided between {_word(len(among))}: {listed(among)}. {_needed(found)}"


def reasons(found: Verdict) -> Iterator[str]:
    """Say what else to know before a choice is made."""
    if not (found.together or found.beaten):
        return
    cheapest = min((found.best, *found.together), key=lambda place: place.cost.tokens)
    if 0 < cheapest.cost.tokens < 0.9 * found.best.cost.tokens:
        yield (
            f"until that is known, {cheapest.name} is the cheapest of them: "
            f"{count(cheapest.cost.tokens)} tokens for an answer instead of "
            f"{count(found.best.cost.tokens)}"
        )
    if found.together and found.beaten:
        yield f"behind these, after Holm: {listed(found.beaten)}"


def winner_prompt(sweep: Standings) -> str:
    """Return what the best variant asked of the first example that it answered."""
    answers = sweep.answers.get(sweep.names[0], {})
    first = next((several[0] for several in answers.values() if several), None)
    return prompt(first) if first else ""


def listed(places: Sequence[Place]) -> str:
    """Name the first few."""
    names = [place.name for place in places[:NAMED]]
    more = len(places) - len(names)
    ends = [f"{more:,} more"] if more else []
    *rest, last = [*names, *ends]
    # Names have commas of their own.
    between = "; " if any("," in name for name in names) else ", "
    return f"{between.join(rest)} and {last}" if rest else last


def _sure(found: Verdict) -> str:
    best, nearest = found.best, found.beaten[0]
    score = f"{percent(best.variant.mean)} % [{interval(best.variant.low, best.variant.high)}]"
    pair = nearest.behind
    ahead = f"{percent(pair.found.difference)} points" if pair else ""
    chance = p_words(pair.holm) if pair else ""
    if len(found.beaten) == 1:
        return f"{best.name} beats {nearest.name} by {ahead}, {chance}: {score}"
    return (
        f"{best.name} beats all {_word(len(found.beaten))} others: {score}, {ahead} ahead of "
        f"{nearest.name}, the next, {chance} after Holm"
    )


def _needed(found: Verdict) -> str:
    if isinf(found.questions):
        equal = [place for place in found.together if _is_equal(place)]
        return (
            f"{listed(equal)} {'has' if len(equal) == 1 else 'have'} the same score as "
            f"{found.best.name}: how many more answers would tell them apart cannot be said"
        )
    if found.questions <= 0:
        return "Somewhat more questions than these would be needed"
    return (
        f"About {_rounded(found.answers):,} more answers would be needed to tell them apart, "
        f"{_rounded(found.questions):,} more questions for each"
    )


def _is_equal(place: Place) -> bool:
    return place.behind is not None and isinf(_more_questions(place.behind))


def _more_questions(pair: Pair) -> float:
    """Return how many more questions would tell two variants apart four times in five."""
    found = pair.found
    level = ALPHA * min(1.0, found.pvalue / pair.holm)
    if found.difference == 0:
        return inf
    needed = examples_needed(found.difference, found.discordant, alpha=level)
    return max(0.0, needed - found.examples)


def _answers_each(place: Place) -> float:
    """Return how many answers a variant gives to a question: one, or one for each seed."""
    return len(place.variant.run.scores) / place.variant.examples


def _word(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else f"{number:,}"


def _rounded(number: float) -> int:
    """Round to two digits."""
    return int(float(f"{number:.2g}"))
