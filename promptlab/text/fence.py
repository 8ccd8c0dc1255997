"""A fence around a program, as Markdown has it: byte for byte, for a model to read."""

from promptlab.text.escaping import fence_around


def fenced(program: str) -> str:
    """Write a program between two fences, which are longer than any within it."""
    fence = fence_around(program, 3)
    return f"{fence}\n{program}\n{fence}"
