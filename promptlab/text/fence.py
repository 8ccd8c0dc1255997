"""A fence around a program, as Markdown has it."""

import re


def fenced(program: str) -> str:
    """Write a program between two fences, which are longer than any within it."""
    within = [len(run) for run in re.findall(r"^[ \t]*(`{3,})", program, re.MULTILINE)]
    fence = "`" * max([3, *(length + 1 for length in within)])
    return f"{fence}\n{program}\n{fence}"
