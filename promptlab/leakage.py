"""Leaks: what is asked and stands in the pool too, by its id, its text, or nearly.

A demonstration that is the question itself is never shown, whatever its punctuation and spaces
(`selection/exclusion.py`). What is found here goes further: texts that share nearly all their words
are told, too, because the answer of one is most often that of the other.
"""

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, get_args

from promptlab.index.tokenise import tokens
from promptlab.selection.exclusion import plain
from promptlab.text.unicode import caseless
from promptlab.types import Dataset, Example, Question

NEAR = 0.9
"""The share of all their words from which on two texts are nearly the same (Jaccard)."""
WORDS = 6
"""Words that a text must have for that: of shorter ones, one word is the whole difference."""


How = Literal["id", "text", "near"]
Policy = Literal["warn", "drop", "error"]
KINDS: Mapping[How, str] = {
    "id": "of the same id",
    "text": "of the same text",
    "near": "nearly the same",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """A test question, by its place, a member of the pool, and what they share."""

    test: int
    pool: int
    how: How


def leaks(pool: Sequence[Example], test: Sequence[Example], near: float = NEAR) -> list[Leak]:
    """List the leaks, in the order of the test; each pair once, by the closest of what it shares.

    Args:
        pool: What demonstrations are chosen from.
        test: What is asked.
        near: The Jaccard index of their words from which on two questions are nearly the same;
            above 1 for none.
    """
    found: dict[tuple[int, int], How] = {}
    ids = [[example.id for example in part] for part in (pool, test)]
    texts = [[plain(example.question) for example in part] for part in (pool, test)]
    words = [[_words(example.question) for example in part] for part in (pool, test)]
    pairs: tuple[tuple[How, Iterable[tuple[int, int]]], ...] = (
        ("id", _equal(*ids)),
        ("text", _equal(*texts)),
        ("near", _alike(words[0], words[1], near)),
    )
    for how, some in pairs:
        for pair in some:
            found.setdefault(pair, how)
    return [Leak(asked, member, how) for (asked, member), how in sorted(found.items())]


def without_leaks(dataset: Dataset, policy: Policy) -> Dataset:
    """Warn of leaks, leave their members out of the pool (`drop`), or refuse the data (`error`).

    Raises:
        ValueError: there are leaks, and the policy is `error`; or the policy is none.
    """
    if policy not in get_args(Policy):
        raise ValueError(f"leakage is {policy!r}; expected warn, drop or error")
    found = leaks(dataset.pool, dataset.test)
    if not found:
        return dataset
    said = told(dataset, found)
    if policy == "error":
        raise ValueError(f"{said}; leakage=drop leaves these out of the pool, leakage=warn goes on")
    leaking = {leak.pool for leak in found}
    kept = tuple(each for place, each in enumerate(dataset.pool) if place not in leaking)
    done = "they are left out of the pool" if policy == "drop" else "leakage=drop leaves these out"
    warnings.warn(f"{said}; {done}", stacklevel=2)
    return replace(dataset, pool=kept) if policy == "drop" else dataset


def told(dataset: Dataset, found: Sequence[Leak]) -> str:
    """Say how many leaks there are, of which kinds, and show one."""
    asked = len({leak.test for leak in found})
    counts = Counter(leak.how for leak in found)
    kinds = ", ".join(f"{counts[how]} {what}" for how, what in KINDS.items() if counts[how])
    one = found[0]
    return (
        f"{asked} of the {len(dataset.test)} questions of {dataset.name} stand in the pool too "
        f"(pairs: {kinds}), {dataset.test[one.test].id} as {dataset.pool[one.pool].id} say"
    )


def _equal(pool: Sequence[str], test: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places in test and pool of what is equal, and not empty."""
    places = defaultdict(list)
    for place, key in enumerate(pool):
        places[key].append(place)
    for asked, key in enumerate(test):
        yield from ((asked, place) for place in (places.get(key, ()) if key.strip() else ()))


def _words(question: Question) -> frozenset[str]:
    """The words of question and choices; of a passage, many different questions may be asked."""
    return frozenset(tokens(caseless(f"{question.text} {' '.join(question.choices)}")))


def _alike(
    pool: Sequence[frozenset[str]], test: Sequence[frozenset[str]], near: float
) -> Iterator[tuple[int, int]]:
    """Yield the places in test and pool of sets that share enough.

    Two sets of a Jaccard index of `near` share one of the few rarest words of each: Chaudhuri,
    Ganti and Kaushik, A Primitive Operator for Similarity Joins in Data Cleaning (2006).
    """
    counts = Counter(word for words in (*pool, *test) for word in words)
    places = defaultdict(list)
    for place, words in enumerate(pool):
        for word in _rarest(words, counts, near):
            places[word].append(place)
    for asked, words in enumerate(test):
        rare = _rarest(words, counts, near)
        candidates = {place for word in rare for place in places.get(word, ())}
        for place in candidates:
            shared = len(words & pool[place])
            if shared >= near * (len(words) + len(pool[place]) - shared):
                yield asked, place


def _rarest(words: frozenset[str], counts: Counter[str], near: float) -> list[str]:
    """Return the words of which a set that is alike must hold one; none for a short set."""
    if len(words) < WORDS or near > 1:
        return []
    ranked = sorted(words, key=lambda word: (counts[word], word))
    return ranked[: len(words) - ceil(near * len(words)) + 1]
