"""Batch calibration of a run that is over: its own questions are the batch, and nobody is asked.

Zhou et al., Batch Calibration: Rethinking Calibration for In-Context Learning and Prompt
Engineering, 2024: each answer's probability is divided by its mean over all questions of the test.
"""

from collections.abc import Sequence
from dataclasses import replace

from promptlab.types import Answer


def recalibrated(answers: Sequence[Answer]) -> list[Answer]:
    """Divide what each answer's votes give by their mean; those without votes stay as they are.

    Args:
        answers: Of a strategy whose votes are probabilities, such as `choose`. Those that have the
            same possible answers are a batch.
    """
    batches: dict[frozenset[str], list[Answer]] = {}
    for answer in answers:
        batches.setdefault(_possible(answer), []).append(answer)
    priors = {possible: prior(batch) for possible, batch in batches.items()}
    return [_divided(answer, priors[_possible(answer)]) for answer in answers]


def prior(batch: Sequence[Answer]) -> dict[str, float]:
    """Return the mean probability of each possible answer."""
    totals: dict[str, float] = {}
    for answer in batch:
        for text, weight in answer.votes:
            totals[text] = totals.get(text, 0.0) + weight / len(batch)
    return totals


def _possible(answer: Answer) -> frozenset[str]:
    return frozenset(text for text, _ in answer.votes)


def _divided(answer: Answer, means: dict[str, float]) -> Answer:
    weights = {text: weight / means[text] for text, weight in answer.votes if means[text]}
    total = sum(weights.values())
    if not total:
        return answer
    shares = {text: weights.get(text, 0.0) / total for text, _ in answer.votes}
    votes = tuple(sorted(shares.items(), key=lambda vote: -vote[1]))
    return replace(answer, text=votes[0][0], votes=votes)
