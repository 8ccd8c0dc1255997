"""Shannon entropy: how far a model is from committing to one answer."""

import math
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import Protocol


class Voted(Protocol):
    """An answer: its votes with their weights, and what became of it."""

    @property
    def votes(self) -> Sequence[tuple[str, float]]: ...  # noqa: D102  described above
    @property
    def outcome(self) -> str: ...  # noqa: D102


def entropy(weights: Iterable[float]) -> float:
    """Return the entropy, in nats, of a distribution given by its weights; 0 where there is none.

    Shannon, A Mathematical Theory of Communication (1948).
    """
    known = sorted(weight for weight in weights if weight > 0)  # equal ones, to the last bit
    total = sum(known)
    return -sum(weight / total * math.log(weight / total) for weight in known)


def entropies(answers: Sequence[Voted], key: str, strategy: object) -> list[float]:
    """Return the entropy of what each answer's votes say; of one without votes their mean.

    Args:
        answers: A strategy's, one for each way to ask.
        key: Where the config has the strategy.
        strategy: Who answered.

    Raises:
        ValueError: no answer has votes: the strategy tells none, and nothing could be chosen.
    """
    told = [entropy(weight for _, weight in answer.votes) for answer in answers if answer.votes]
    if not told and any(answer.outcome == "parsed" for answer in answers):
        raise ValueError(
            f"{key} is {type(strategy).__name__}, whose answers have no probabilities or votes to "
            "choose by; expected one whose answers do, such as choose"
        )
    known, between = iter(told), fmean(told) if told else 0.0
    return [next(known) if answer.votes else between for answer in answers]
