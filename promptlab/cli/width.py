"""How wide a table is: as the terminal, or the same for all where it is written to a file."""

import sys

WIDE = 140


def width() -> int | None:
    """Return the columns of what is printed; None where the terminal knows."""
    return None if sys.stdout.isatty() else WIDE
