"""Leaks: what is asked and stands in the pool too, by its id, its text, or nearly.

A demonstration that is the question itself is never shown, whatever its punctuation and spaces
(`selection/exclusion.py`). What is found here goes further: texts that share nearly all their words
are told, too, because the answer of one is most often that of the other. What is asked, what is
read for it and the choices must each be shared; numbers, brackets, signs and what is quoted in few
words exactly; and where words repeat themselves, so must their order be. Which ids of two files
mean one question is decided where these are read (`data/record/ids.py`).
"""

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, get_args

from promptlab.index.tokenise import tokens
from promptlab.selection.exclusion import content, plain
from promptlab.types import Dataset, Example, Question

NEAR = 0.9
"""The share of all their words from which on two texts are nearly the same (Jaccard)."""
WORDS = 6
"""Words that a text must have for that: of shorter ones, one word is the whole difference."""
REPEATED = 1.5
"""Words for each different one from which on a text is a formula, say, where repetitions count."""
PASSAGE = 30
"""Words from which on what stands before a last question is a passage that it is asked of."""
Parts = tuple[frozenset[str], ...]
"""The words of each part of a question: no word is in two parts."""
_LAST = re.compile(r"(.*[.。!?:]\s*)([^.。!?:]*\?)", re.DOTALL)
_QUOTED = re.compile(
    r"""(?<![a-z0-9])['‘’]([^'‘’]+)['‘’](?![a-z0-9])|["“”„]([^"“”„]+)["“”]|「([^「」]+)」|『([^『』]+)』"""
)
_FIGURE = re.compile(r"\d+|[()\[\]{}<>=+*/%^|&~×÷±√≤≥≠∀-⋿]|-(?=\s?[\d(])")


How = Literal["id", "text", "near"]
Policy = Literal["warn", "drop", "error"]
KINDS: Mapping[How, str] = {
    "id": "of the same id",
    "text": "of the same text",
    "near": "near-duplicates",
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
        near: The Jaccard index of the words of each of their parts from which on two questions are
            near-duplicates; above 1 for none.
    """
    found: dict[tuple[int, int], How] = {}
    ids = [[example.id for example in part] for part in (pool, test)]
    texts = [[plain(example.question) for example in part] for part in (pool, test)]
    pairs: tuple[tuple[How, Iterable[tuple[int, int]]], ...] = (
        ("id", _equal(*ids)),
        ("text", _equal(*texts)),
        ("near", _near(pool, test, near) if near <= 1 else ()),
    )
    for how, some in pairs:
        for pair in some:
            found.setdefault(pair, how)
    return [Leak(asked, member, how) for (asked, member), how in sorted(found.items())]


def without_leaks(dataset: Dataset, policy: Policy, near: float = NEAR) -> Dataset:
    """Warn of leaks, leave their members out of the pool (`drop`), or refuse the data (`error`).

    Raises:
        ValueError: there are leaks, and the policy is `error`; or the policy is none, or `near` is
            no share.
    """
    _check(policy, near)
    found = leaks(dataset.pool, dataset.test, near)
    if not found:
        return dataset
    said = told(dataset, found, near)
    if policy == "error":
        raise ValueError(f"{said}; leakage=drop leaves these out of the pool, leakage=warn goes on")
    leaking = {leak.pool for leak in found}
    kept = tuple(each for place, each in enumerate(dataset.pool) if place not in leaking)
    done = "they are left out of the pool" if policy == "drop" else "leakage=drop leaves these out"
    warnings.warn(f"{said}; {done}", stacklevel=2)
    return replace(dataset, pool=kept) if policy == "drop" else dataset


def _check(policy: Policy, near: float) -> None:
    if policy not in get_args(Policy):
        raise ValueError(f"leakage is {policy!r}; expected warn, drop or error")
    check_threshold(near)


def check_threshold(near: float) -> None:
    """Refuse a similarity that is no share of words.

    Raises:
        ValueError: it is not above 0 and at most 1.
    """
    if not 0 < near <= 1:
        raise ValueError(
            f"leakage_threshold is {near}; expected a share of words above 0 and at most 1, "
            f"such as {NEAR}"
        )


def told(dataset: Dataset, found: Sequence[Leak], near: float = NEAR) -> str:
    """Say how many leaks there are, of which kinds, show one, and say what lists all."""
    asked = len({leak.test for leak in found})
    counts = Counter(leak.how for leak in found)
    kinds = ", ".join(f"{counts[how]} {what}" for how, what in KINDS.items() if counts[how])
    bound = f": similarity at least {near:g}" if counts["near"] else ""
    one = found[0]
    return (
        f"{asked} of the {len(dataset.test)} questions of {dataset.name} stand in the pool too "
        f"(pairs: {kinds}{bound}), "
        f"{dataset.test[one.test].id} as {dataset.pool[one.pool].id} say"
        f"{_listed(len(found))}"
    )


def _listed(pairs: int) -> str:
    if pairs == 1:
        return ""
    return f" (python -m promptlab data PATH --leaks leaks.csv lists all {pairs} pairs)"


def _near(
    pool: Sequence[Example], test: Sequence[Example], near: float
) -> Iterator[tuple[int, int]]:
    """Yield the places in test and pool of questions that share nearly all of every part."""
    members, asked = ([_parts(each.question) for each in part] for part in (pool, test))
    return _alike(members, asked, near)


def _equal(pool: Sequence[str], test: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places in test and pool of what is equal, and not empty."""
    places = defaultdict(list)
    for place, key in enumerate(pool):
        places[key].append(place)
    for asked, key in enumerate(test):
        yield from ((asked, place) for place in (places.get(key, ()) if key.strip() else ()))


def _parts(question: Question) -> Parts:
    """Return the words of what is asked, of what is read for it, and of the choices; its figures.

    Of one passage many questions may be asked, and one hypothesis may follow many premises: a long
    part must not make up for another one. Figures are numbers, brackets and signs. They are one
    word all together, for one of them is the whole difference of two formulas; so is what a text
    quotes in a few words, for that is often what it asks about.
    """
    stem, *rest = content(question).split("\n")
    after = 1 + len(question.turns)
    read, choices = " ".join(rest[:after]), " ".join(rest[after:])
    figures = " ".join(_FIGURE.findall(f"{stem} {choices}".replace(",", "")))
    quoted = " | ".join(_quoted(f"{stem} {choices}"))
    signs = frozenset(
        f"{name} {told}" for name, told in (("figures", figures), ("quoted", quoted)) if told
    )
    passage, asked = _passage(stem)
    parts = (_words(asked), _words(passage, "passage "), _words(read, "read "))
    return *parts, _words(choices, "choice "), signs


def _quoted(text: str) -> Iterator[str]:
    """Yield what stands in quotation marks, where it is short, whatever the marks are."""
    for match in _QUOTED.finditer(text):
        inside = next(filter(None, match.groups()))
        words = tokens(inside)
        if len(words) < WORDS:
            yield " ".join(words) or inside


def _passage(stem: str) -> tuple[str, str]:
    """Part a long text from the question that it ends in; a text that has none is what is asked."""
    last = _LAST.fullmatch(stem)
    return (last[1], last[2]) if last and len(tokens(last[1])) >= PASSAGE else ("", stem)


def _words(text: str, mark: str = "") -> frozenset[str]:
    """Return the words of a part, each with its mark; of a short text, all as one word.

    In a text of few words, said over and over, a word that is repeated is another word each time,
    and their order counts: so do the runs of three.
    """
    words = tokens(text)
    if len(words) < WORDS:
        return frozenset([f"{mark}{' '.join(words)} whole"] if words else [])
    counts = Counter(words)
    again = len(words) >= REPEATED * len(counts)
    if again:
        line = tokens(text, pairs=False)
        counts += Counter(map(" ".join, zip(line, line[1:], line[2:], strict=False)))
    return frozenset(
        f"{mark}{word} {n}" for word, count in counts.items() for n in range(count if again else 1)
    )


def _alike(pool: Sequence[Parts], test: Sequence[Parts], near: float) -> Iterator[tuple[int, int]]:
    """Yield the places in test and pool of questions of which each part shares enough.

    Then all their words together share enough, too, and two sets of a Jaccard index of `near` share
    one of the few rarest words of each: Chaudhuri, Ganti and Kaushik, A Primitive Operator for
    Similarity Joins in Data Cleaning (2006).
    """
    members, asked = ([frozenset().union(*parts) for parts in some] for some in (pool, test))
    counts = Counter(word for words in (*members, *asked) for word in words)
    places = defaultdict(list)
    for place, words in enumerate(members):
        for word in _rarest(words, counts, near):
            places[word].append(place)
    for number, words in enumerate(asked):
        rare = _rarest(words, counts, near)
        for place in {place for word in rare for place in places.get(word, ())}:
            pairs = ((words, members[place]), *zip(test[number], pool[place], strict=True))
            if all(_share(one, other, near) for one, other in pairs):
                yield number, place


def _share(one: frozenset[str], other: frozenset[str], near: float) -> bool:
    """Say whether the Jaccard index of two sets is `near` at least; that of two empty ones is."""
    shared = len(one & other)
    return shared >= near * (len(one) + len(other) - shared)


def _rarest(words: frozenset[str], counts: Counter[str], near: float) -> list[str]:
    """Return the words of which a set that is alike must hold one; none for a short set."""
    if len(words) < WORDS:
        return []
    ranked = sorted(words, key=lambda word: (counts[word], word))
    return ranked[: len(words) - ceil(near * len(words)) + 1]
