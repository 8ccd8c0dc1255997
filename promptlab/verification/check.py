"""A check: what is computed, what it is expected to be, and what was found."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Value = float | str | tuple[float, ...] | tuple[str, ...]


class NotGiven(FileNotFoundError):  # noqa: N818  said of a file
    """A file of published outputs is not in the folder that was given."""


@dataclass(frozen=True)
class Check:
    """A value that is known, and how promptlab comes to it.

    Attributes:
        group: What it belongs to: retrieval, voting, …
        name: What is checked.
        source: The formula, the paper or the file that says what is expected.
        expected: The value.
        compute: Computes it by promptlab's own code.
        within: How far a number may be from it, besides rounding.
    """

    group: str
    name: str
    source: str
    expected: Value
    compute: Callable[[], Value]
    within: float = 1e-9


@dataclass(frozen=True)
class Finding:
    """What became of a check.

    Attributes:
        check: Which.
        found: The value; None where there is none.
        note: Why there is none.
        left_out: It could not be made here, which is no fault: a package or a file is not there.
    """

    check: Check
    found: Value | None
    note: str = ""
    left_out: bool = False

    @property
    def same(self) -> bool:
        """Whether what was found is what was expected."""
        return self.found is not None and agree(self.check.expected, self.found, self.check.within)

    @property
    def plain(self) -> dict[str, Any]:
        """The finding as plain data."""
        check, found = self.check, self.found
        return {
            "group": check.group,
            "name": check.name,
            "source": check.source,
            "expected": check.expected,
            "within": check.within,
            "found": found,
            "same": self.same,
            "left_out": self.left_out,
            "note": self.note,
        }


def made(check: Check) -> Finding:
    """Make a check. Whatever it raises is what was found; what is not there is left out."""
    try:
        return Finding(check, check.compute())
    except (ModuleNotFoundError, NotGiven) as error:
        return Finding(check, None, str(error), left_out=True)
    except (ValueError, OSError) as error:
        return Finding(check, None, str(error))
    except Exception as error:
        return Finding(check, None, f"{type(error).__name__}: {error}")


def agree(expected: Value, found: Value, within: float) -> bool:
    """Say whether two values are the same: texts to the letter, numbers within a distance."""
    if isinstance(expected, tuple) and isinstance(found, tuple):
        return len(expected) == len(found) and all(
            agree(expected[place], found[place], within) for place in range(len(expected))
        )
    if isinstance(expected, tuple | str) or isinstance(found, tuple | str):
        return type(expected) is type(found) and expected == found
    return math.isclose(expected, found, rel_tol=1e-9, abs_tol=within)
