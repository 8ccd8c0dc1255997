"""Which trials are shown step by step: a share of the failures, and as large a share of the others.

Within a share, trials are taken by a hash of their questions, so that the variants of a sweep show
the same questions wherever they can, and MLflow can pair them.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal

from promptlab.types import Trial

TraceCount = int | Literal["all"]


def parse_count(value: int | str) -> TraceCount:
    """Parse the number of trials to show.

    Raises:
        ValueError: it is neither a whole number nor `all`.
    """
    if value == "all":
        return "all"
    if isinstance(value, bool) or not str(value).isdigit():
        raise ValueError(f"traces is {value!r}; expected how many examples to show, or all")
    return int(value)


def choose_trials(trials: Sequence[Trial], count: TraceCount, score: str = "accuracy") -> list[int]:
    """Return the indices of the trials to show, ascending.

    Args:
        trials: All of a run.
        count: How many, or `all`.
        score: A trial that has less than 1 of it is a failure.
    """
    if count == "all" or count >= len(trials):
        return list(range(len(trials)))
    groups: dict[str, list[int]] = defaultdict(list)
    for index, trial in enumerate(trials):
        groups[_kind(trial, score)].append(index)
    shares = _shares({kind: len(groups[kind]) for kind in sorted(groups)}, count)
    chosen = []
    for kind, indices in groups.items():
        chosen += sorted(indices, key=lambda index: _hash(trials[index]))[: shares[kind]]
    return sorted(chosen)


def _kind(trial: Trial, score: str) -> str:
    if score not in trial.scores:
        return "unscored"
    return "success" if trial.scores[score] >= 1 else "failure"


def _shares(sizes: dict[str, int], count: int) -> dict[str, int]:
    """Divide in proportion to the sizes, by largest remainders, one to each where possible.

    The sum is `count`, which is less than the sum of the sizes.
    """
    total = sum(sizes.values())
    exact = {kind: count * size / total for kind, size in sizes.items()}
    least = 1 if count >= len(sizes) else 0
    shares = {kind: max(least, int(share)) for kind, share in exact.items()}
    while sum(shares.values()) != count:
        short = sum(shares.values()) < count
        open_kinds = [kind for kind in sizes if (short or shares[kind] > least)]
        kind = max(open_kinds, key=lambda name: (exact[name] - shares[name]) * (1 if short else -1))
        shares[kind] += 1 if short else -1
    return shares


def _hash(trial: Trial) -> bytes:
    question = trial.example.question
    key = f"{question.id}\0{question.text}".encode("utf-8", "surrogatepass")
    return blake2b(key, digest_size=16).digest()
