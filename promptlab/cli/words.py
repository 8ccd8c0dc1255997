"""What the words of a command line are: a command, its flags, overrides; in whatever order."""

from collections.abc import Collection, Sequence
from itertools import pairwise

VALUED = (
    *("--config-dir", "-cd", "--config-name", "-cn", "--config-path", "-cp"),
    *("--cfg", "-c", "--package", "-p", "--experimental-rerun"),
)
"""Flags that may stand before a command, whose next word is their value."""


def command_of(words: Sequence[str], commands: Collection[str]) -> tuple[str, list[str]]:
    """Part a command from the words around it; it is empty where none is named.

    `--config-dir mine show strategy=cot` is `show --config-dir mine strategy=cot`.
    """
    for place, word in enumerate(words):
        if word in commands and not (place and words[place - 1] in VALUED):
            return word, [*words[:place], *words[place + 1 :]]
        if _is_name(word) and not (place and words[place - 1] in VALUED):
            break
    return "", list(words)


def asks_for(words: Sequence[str], *flags: str) -> bool:
    """Say whether one of these flags is among the words, and not as the value of another."""
    return any(
        word in flags and not (place and words[place - 1] in VALUED)
        for place, word in enumerate(words)
    )


def value_of(words: Sequence[str], *flags: str) -> str:
    """Return what follows a flag; empty where it is not among the words."""
    return next((value for word, value in pairwise(words) if word in flags), "")


def flags_first(words: Sequence[str]) -> list[str]:
    """Put flags and their values before the overrides, whose list argparse ends at a flag."""
    flags = [
        word.startswith("-") or bool(place and words[place - 1] in VALUED)
        for place, word in enumerate(words)
    ]
    told = list(zip(words, flags, strict=True))
    return [word for word, flag in told if flag] + [word for word, flag in told if not flag]


def unknown(words: Sequence[str]) -> str:
    """Return the first word that is no flag, no value of one and no override; empty if none is."""
    named = (
        word
        for place, word in enumerate(words)
        if _is_name(word) and not (place and words[place - 1] in VALUED)
    )
    return next(named, "")


def _is_name(word: str) -> bool:
    """Say whether a word is neither a flag nor an override."""
    return not word.startswith(("-", "~")) and "=" not in word
