"""Two variants side by side: their prompts for one example, and the examples they disagree on."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from promptlab.report.data.reading.answers import Answered, Asked, completions, prompts
from promptlab.report.data.standings import Standings

LONGEST_PROMPT = 20_000
"""Characters of a prompt that are shown."""
LONGEST_COMPLETION = 1_500
LEFT_OUT = "(left out of this report)"
_STEP = "\n\n――――――――  next request  ――――――――\n\n"


@dataclass(frozen=True)
class Disagreement:
    """An example that two variants score differently.

    Attributes:
        asked: The example.
        one: The first variant's answer.
        other: The second one's.
    """

    asked: Asked
    one: Answered
    other: Answered


def disagreements(sweep: Standings, one: str, other: str) -> list[Disagreement]:
    """Return the examples that two variants score differently, the largest differences first.

    Of an example that was answered repeatedly, the first answers are compared.
    """
    first, second = sweep.answers[one], sweep.answers[other]
    pairs = [
        Disagreement(question, first[question][0], second[question][0])
        for question in sweep.items
        if question in first and question in second
    ]
    differ = [each for each in pairs if each.one.score != each.other.score and _scored(each)]
    return sorted(differ, key=lambda each: -abs(each.one.score - each.other.score))


def dividing(sweep: Standings, variants: Sequence[str]) -> list[Asked]:
    """Return the examples that all of these variants answered, those that divide them most first.

    Where no example was answered by all, those that most of them answered.
    """
    scores = {
        question: [
            sweep.answers[name][question][0].score
            for name in variants
            if question in sweep.answers[name]
        ]
        for question in sweep.items
    }
    return sorted(scores, key=lambda question: (-len(scores[question]), -_spread(scores[question])))


def prompt(answer: Answered) -> str:
    """Return the prompts of an answer's requests, one after another."""
    if not answer.shown:
        return LEFT_OUT
    return middle_cut(_STEP.join(prompts(answer.line())), LONGEST_PROMPT)


def completion(answer: Answered) -> str:
    """Return what the model wrote for an answer, the last request's first where it is long."""
    if not answer.shown:
        return LEFT_OUT
    return middle_cut(_STEP.join(completions(answer.line())), LONGEST_COMPLETION)


def middle_cut(text: str, longest: int) -> str:
    """Leave out the middle of a long text, and say how much that is."""
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"


def end_cut(text: str, longest: int) -> str:
    """Make one line of a text, and leave out its end."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _scored(each: Disagreement) -> bool:
    return not (isnan(each.one.score) or isnan(each.other.score))


def _spread(scores: Sequence[float]) -> float:
    known = [score for score in scores if not isnan(score)]
    if not known:
        return 0.0
    mean = sum(known) / len(known)
    return sum((score - mean) ** 2 for score in known) / len(known)
