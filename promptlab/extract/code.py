"""Programs in a text: what a fence holds, what is announced, or all of it."""

import re

from promptlab.extract.triggers import Statement, statements

_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,})[^\n`]*\n(?P<code>.*?)(?:^[ \t]*(?P=fence)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_LINE_ENDS = re.compile(r"[ \t]*[:：]?[*_ \t]*(?:\n|\Z)")


def code(text: str, *, last: bool = False) -> str:
    """Return the first (or last) fenced block, or the text; indentation is kept."""
    blocks = [match["code"] for match in _FENCE.finditer(text)]
    return _trimmed(blocks[-1 if last else 0] if blocks else text)


def announced(text: str, triggers: tuple[str, ...]) -> tuple[str, int]:
    """Return the program that a chain of thought states, and where the statement begins.

    That is the first fenced block after the last trigger, for a chain may draft programs before; or
    else the first, which its use may follow. Where there is no fence it is what follows the first
    trigger that ends its line, or the first of all; or the whole text. What a program itself says
    announces nothing.
    """
    fences = list(_FENCE.finditer(text))
    made = [each for each in statements(text, triggers) if not _within(each, fences)]
    if not fences:
        return _unfenced(text, [each for each in made if _is_prose(text, each)])
    after = [fence for fence in fences if made and fence.start() >= made[-1].trigger]
    chosen = after[0] if after else fences[0]
    return _trimmed(chosen["code"]), made[-1].trigger if after else chosen.start()


def _unfenced(text: str, made: list[Statement]) -> tuple[str, int]:
    ending = [each for each in made if _LINE_ENDS.match(text, each.start)]
    stated = next(iter([*ending, *made]), None)
    if stated is None:
        return _trimmed(text), 0
    ended = _LINE_ENDS.match(text, stated.start)
    program = text[ended.end() :] if ended else text[stated.start :].lstrip(" :：")
    return _trimmed(program), stated.trigger


def _is_prose(text: str, stated: Statement) -> bool:
    """Say whether a trigger stands in no text or comment of a program."""
    line = text[text.rfind("\n", 0, stated.trigger) + 1 : stated.trigger]
    return not re.search(r"[\"'(#=]", line)


def _within(stated: Statement, fences: list["re.Match[str]"]) -> bool:
    return any(fence.start() <= stated.trigger < fence.end() for fence in fences)


def _trimmed(program: str) -> str:
    return program.strip("\r\n").rstrip()
