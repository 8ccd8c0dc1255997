"""The imports of a program: models write more of them than they use, and some are not there."""

import ast
import math
import re
import warnings

NAME = "<program>"
warnings.filterwarnings("ignore", module=re.escape(NAME))  # what a model wrote may look odd
BY_TEXT = {"eval", "exec", "globals", "locals", "vars"}
"""What may use an import by its name in a text."""
_OF_MATH = frozenset(name for name in dir(math) if not name.startswith("_"))


def used_alone(source: str) -> str:
    """Leave out the imports of which a program uses nothing; lines stay where they are.

    `from math import *` imports what is used of it. A program that is none is left as it is.
    """
    try:
        tree = ast.parse(source, NAME)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    if names & BY_TEXT:
        return source
    found = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    lines = source.encode().splitlines(keepends=True)
    for node in sorted(found, key=lambda each: (-each.lineno, -each.col_offset)):
        if (kept := _kept(node, names)) != node.names:
            _replace(lines, node, kept)
    return b"".join(lines).decode()


def _kept(node: ast.Import | ast.ImportFrom, names: set[str]) -> list[ast.alias]:
    """Return what an import names that is used."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return node.names
    if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
        if node.module != "math":
            return node.names
        return [ast.alias(name) for name in sorted(_OF_MATH & names)]
    return [each for each in node.names if (each.asname or each.name).split(".")[0] in names]


def _replace(lines: list[bytes], node: ast.Import | ast.ImportFrom, kept: list[ast.alias]) -> None:
    """Write an import anew in its place."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
    node.names = kept
    written = ast.unparse(node) if kept else "pass"
    blank = [b"\n"] * (last - first)
    lines[first : last + 1] = [before + written.encode() + after, *blank]
