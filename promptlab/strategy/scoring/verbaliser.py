"""Which words stand for which answer (Schick and Schütze 2021), several for one where wanted."""

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from promptlab.types import Task, spelled

Synonyms = Literal["sum", "best"]


def verbaliser(given: Sequence[Any], task: Task) -> dict[str, tuple[str, ...]]:
    """Read a word, or a list of words, for each of the task's answers in their order.

    Raises:
        ValueError: there are more or fewer than answers, one has no words, or two share one.
    """
    if not given:
        return {}
    answers = ("yes", "no") if task.answer == "yes_no" else task.labels
    if task.answer not in ("label", "yes_no"):
        raise ValueError(
            f"verbaliser has words for a {task.answer!r} task; expected a label or a yes_no task"
        )
    if isinstance(given, str) or len(given) != len(answers):
        raise ValueError(
            f"verbaliser is {_plain(given)!r}; expected a word, or a list of words, for each of "
            f"the {len(answers)} answers in this order: {', '.join(map(repr, answers))}"
        )
    words = dict(zip(answers, map(_words, given), strict=True))
    for answer, some in words.items():
        if not some or not all(map(spelled, some)):
            raise ValueError(
                f"verbaliser has {list(some)} for {answer!r}; expected one word or several"
            )
    _check_shared(words)
    return words


def _plain(given: Sequence[Any]) -> Any:
    return given if isinstance(given, str) else list(given)


def _words(some: Any) -> tuple[str, ...]:
    """Take yaml's true and false, and its numbers, as they are written."""
    listed = some if isinstance(some, Sequence) and not isinstance(some, str) else [some]
    return tuple(str(word).lower() if isinstance(word, bool) else str(word) for word in listed)


def _check_shared(words: Mapping[str, Sequence[str]]) -> None:
    owners: dict[str, str] = {}
    for answer, some in words.items():
        for word in some:
            if spelled(word) in owners:
                owner = owners[spelled(word)]
                both = "twice" if owner == answer else f"for {owner!r} and"
                raise ValueError(
                    f"verbaliser has {word!r} {both} for {answer!r}; expected every word once"
                )
            owners[spelled(word)] = answer


def check_first(words: Mapping[str, Sequence[str]]) -> None:
    """Refuse words of which one begins another answer's: no first token tells them apart.

    Raises:
        ValueError: there are such words.
    """
    for word, longer in _begun(words):
        raise ValueError(
            f"mode=first_token cannot tell {word!r} from {longer!r}, which begins with it; "
            "expected answers that begin differently: use mode=logprob, or say other words by "
            "verbaliser"
        )


def warn_of_beginnings(words: Mapping[str, Sequence[str]]) -> None:
    """Warn of words that begin another answer's: their probability has the longer one's in it."""
    if found := list(_begun(words)):
        pairs = ", ".join(f"{word!r} and {longer!r}" for word, longer in found[:3])
        more = f" and {len(found) - 3} more" * (len(found) > 3)
        warnings.warn(
            f"{pairs}{more}: one answer begins the other. Where its tokens do, too, the sum of "
            "log-probabilities never prefers the longer; say other words by verbaliser, or "
            "compare by normalise=token",
            stacklevel=2,
        )


def warn_of_begun_choices(words: Mapping[str, Sequence[str]]) -> None:
    """Warn, in the same words each time, where a choice of a question begins another of it."""
    if any(_begun(words)):
        warnings.warn(
            "a question has a choice that begins another of its choices. Where its tokens do, too, "
            "the sum of log-probabilities never prefers the longer: compare by normalise=token, or "
            "by=letter",
            stacklevel=2,
        )


def warn_of_counted_twice(words: Mapping[str, Sequence[str]]) -> None:
    """Warn of words of one answer of which one begins the other: their sum has the longer twice."""
    for some in words.values():
        for word, longer in _begun({each: [each] for each in some}):
            warnings.warn(
                f"{word!r} and {longer!r} mean the same answer, and one begins the other: the "
                "probability of the longer counts twice in synonyms=sum; expected one of them, or "
                "synonyms=best",
                stacklevel=2,
            )


def _begun(words: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield each word that begins a longer one of another answer, and that one."""
    owned = [(answer, word) for answer, some in words.items() for word in some]
    for answer, word in owned:
        for other, longer in owned:
            if other != answer and longer.startswith(word):
                yield word, longer


def together(values: Sequence[float], synonyms: Synonyms) -> float:
    """Return an answer's value from its words': their probabilities' sum, or the best of them."""
    top = max(values)
    if len(values) == 1 or synonyms == "best" or not math.isfinite(top):
        return top
    return top + math.log(math.fsum(math.exp(value - top) for value in values))
