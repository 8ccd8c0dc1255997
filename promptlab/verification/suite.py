"""All checks: closed forms, our own recordings, and published outputs where a folder is given."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from promptlab.verification.check import Check, Finding, made
from promptlab.verification.oracles import answering, retrieving, scoring
from promptlab.verification.replays import (
    comparisons,
    game24,
    last_letters,
    own,
    program_of_thoughts,
    zero_shot_cot,
)

LAYOUT = (
    *("zero_shot_cot_logs", "program_of_thoughts", "game24_tot", "esc_self_consistency"),
    *("bbh_codex", "gsm8k_openai_solutions"),
)
"""What a folder of published outputs holds some of."""
PUBLISHED = (zero_shot_cot, program_of_thoughts, game24, last_letters, comparisons)


def checks(outputs: str = "") -> list[Check]:
    """List the checks.

    Args:
        outputs: A folder of published outputs; empty for none.

    Raises:
        NotADirectoryError: there is no such folder, or none of them is in it.
    """
    known = [*retrieving.CHECKS, *answering.CHECKS, *scoring.CHECKS, *own.CHECKS]
    if not outputs:
        return known
    folder = Path(outputs).expanduser()
    if not any((folder / name).is_dir() for name in LAYOUT):
        raise NotADirectoryError(
            f"--outputs {outputs}: no folder that holds published outputs; expected one with "
            f"{', '.join(LAYOUT)} in it, or some of these, as docs/verify.md describes them"
        )
    return known + published(folder)


def published(folder: Path) -> list[Check]:
    """List the checks of a folder of published outputs."""
    return [check for each in PUBLISHED for check in each.checks(folder)]


def chosen(every: Sequence[Check], words: Sequence[str]) -> list[Check]:
    """Return the checks of some groups, or whose names hold a word; all where none is said.

    Raises:
        ValueError: a word is in none of them, or only in those of outputs that were not given.
    """
    for word in words:
        if not any(_named(check, word) for check in every):
            if any(_named(check, word) for check in published(Path())):
                raise ValueError(
                    f"verify {word}: these checks read published outputs, which promptlab does "
                    "not come with; add --outputs FOLDER, laid out as docs/verify.md describes it"
                )
            groups = ", ".join(dict.fromkeys(check.group for check in every))
            raise ValueError(
                f"verify {word}: nothing is called so; expected a group ({groups}) or a word of a "
                "check's name"
            )
    return [check for check in every if not words or any(_named(check, word) for word in words)]


def findings(every: Sequence[Check]) -> Iterator[Finding]:
    """Make the checks, one after another."""
    yield from map(made, every)


def _named(check: Check, word: str) -> bool:
    return word.lower() == check.group or word.lower() in check.name.lower()
