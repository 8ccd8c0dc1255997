"""Who must not be shown: the question itself, known by its id or by its normalised text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from promptlab.extract.options.choices import parted
from promptlab.text.unicode import caseless
from promptlab.types import Example, Question

_ASIDE = re.compile(r"""[\s.,;:!?'"“”‘’、。…·\-–—_`´「」『』《》]""")
# A blank to be filled in; beside another bracket, "( )" is one of a sequence of brackets.
_BLANK = re.compile(r"(?<![\[\](){}<>])\(\)(?![\[\](){}<>])")
_LETTER = re.compile(r"(?:\([a-z]\)|[a-z][.):、])\s*")
_HEADING = re.compile(r"\s*(?:(?:answer )?(?:options|choices)|选项|候选答案)\s*:?\s*\Z")
NOBODY: frozenset[int] = frozenset()


def content(question: Question) -> str:
    """What a question asks: two with the same content are the same question.

    The context counts, for one hypothesis may follow several premises; so do the choices, in any
    order and however they are lettered, for "Which is true?" is asked of many. Choices that stand
    in the question's text are choices, too.
    """
    stem, written = (question.text, ()) if question.choices else parted(question.text)
    choices = sorted(_unlettered(caseless(choice)) for choice in question.choices or written)
    # A caseless text has no line breaks.
    parts = [caseless(stem), caseless(question.context)]
    parts += [caseless(f"{turn['role']} {turn['content']}") for turn in question.turns]
    return "\n".join([_HEADING.sub("", parts[0]) if choices else parts[0], *parts[1:], *choices])


def _unlettered(choice: str) -> str:
    """Leave out the letter that a file wrote before a choice: "a. zinc", "(b) zinc"."""
    return _LETTER.sub("", choice) or choice


def plain(question: Question) -> str:
    """What a question asks, without case, width, spaces and punctuation.

    Brackets and signs that are no punctuation stay: in some questions they are all there is. A
    blank to be filled in, "( )", goes.
    """
    parts = (_ASIDE.sub("", part) for part in content(question).split("\n"))
    return "\n".join(_BLANK.sub("", part) for part in parts)


def asked(question: Question) -> str:
    """Name what a question asks, by its plain text; by all of it where that is nothing."""
    bare = plain(question)
    return bare if bare.strip() else content(question)


@dataclass(frozen=True, slots=True)
class MembersByKey:
    """Which members have a key: the first that has it, and all where there are several.

    A set for each of many thousand keys would keep Python's garbage collector busy.
    """

    first: Mapping[str, int]
    several: Mapping[str, frozenset[int]]

    @classmethod
    def of(cls, keys: Iterable[str]) -> "MembersByKey":
        """Number the keys; an empty one names nobody."""
        first: dict[str, int] = {}
        several: defaultdict[str, set[int]] = defaultdict(set)
        for index, key in enumerate(keys):
            if key and first.setdefault(key, index) != index:
                several[key] |= {first[key], index}
        return cls(first, {key: frozenset(members) for key, members in several.items()})

    def __call__(self, key: str) -> frozenset[int]:
        """Return the members that have the key."""
        alone = frozenset({self.first[key]}) if key in self.first else NOBODY
        return self.several.get(key, alone)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The pool's members, by index, under their ids and under their contents."""

    by_id: MembersByKey
    by_content: MembersByKey

    @classmethod
    def of(cls, pool: Sequence[Example]) -> "Exclusion":
        """Read the pool once."""
        ids = (example.id for example in pool)
        return cls(
            MembersByKey.of(ids), MembersByKey.of(asked(example.question) for example in pool)
        )

    def __call__(self, question: Question) -> frozenset[int]:
        """Return the indices of the members that are the question itself."""
        return self.by_id(question.id) | self.by_content(asked(question))
