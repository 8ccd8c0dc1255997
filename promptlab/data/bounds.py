"""Bounds: how much is read of what a file holds; what goes beyond is refused, with its place."""

FILE = 4 << 30
"""Bytes of one file, after it is unpacked."""

NESTING = 100
"""Levels of lists and objects in one another."""

DIGITS = 4300
"""Digits of a number written out: those of an integer, or the places that an exponent makes."""

LISTED = 1_000_000
"""Characters of a list as Python writes it."""

NUMBER = 400
"""Characters of a gold answer that is a number."""
