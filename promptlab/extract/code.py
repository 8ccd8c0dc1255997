"""Programs in a text: what a fence holds, what is announced, or all of it."""

import re
from typing import NamedTuple

from promptlab.extract.triggers import Statement, statements

_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+#.-]*)[^\n`]*\n(?P<code>.*?)"
    r"(?:^[ \t]*(?P=fence)[ \t]*$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"(?<=[\w:：])[ \t](?=(?:`{3,}|~{3,})[\w+#.-]*[ \t]*$)", re.MULTILINE)
"""What is before a fence that opens at the end of a line."""
_ELSE = {"bash", "sh", "shell", "console", "text", "txt", "output", "plaintext"}
"""What a fence says that holds no program."""
NEAR = 200
"""Characters before a trigger that tell whether a program says it."""
_PROGRAM = re.compile(r"\b(?:def|class|import|return|print|lambda|for|while|if)\b|=|\n")
_OPENED = re.compile(r"\A\s*(?:`{3,}|~{3,})[^\n]*\Z")
_LEAD = re.compile(r"(?:as follows|below|this)?[*_]*[:：][*_]*[ \t]*\n")
_LINE_ENDS = re.compile(r"[ \t]*+[:：]?[*_ \t]*+(?:\n|\Z)")


class Program(NamedTuple):
    """A program, where what states it begins, and whether anything does: a fence or a trigger."""

    text: str
    start: int
    stated: bool


def code(text: str, *, last: bool = False) -> str:
    """Return the first (or last) fenced program, or the text; indentation is kept."""
    return found(text, last=last).text


def found(text: str, *, last: bool = False) -> Program:
    """Return the first (or last) fenced program, or the text."""
    text = _INLINE.sub("\n", text)
    fences = list(_FENCE.finditer(text))
    if fences := [fence for fence in fences if _is_likely(fence)] or fences:
        chosen = fences[-1 if last else 0]
        return Program(_trimmed(chosen["code"]), chosen.start(), stated=True)
    return Program("" if _OPENED.match(text) else _trimmed(_without_lead(text)), 0, stated=False)


def announced(text: str, triggers: tuple[str, ...]) -> Program:
    """Return the program that a chain of thought states.

    That is the fenced block after the last trigger that has a program after it, for a chain may
    draft programs before, and show what they print behind; or else the first, which its use may
    follow. Where there is no fence it is what follows the first trigger that ends its line, or the
    first of all; or the whole text. What a program itself says announces nothing.
    """
    text = _INLINE.sub("\n", text)
    fences = list(_FENCE.finditer(text))
    made = [each for each in statements(text, triggers) if not _within(each, fences)]
    if not fences:
        return _unfenced(text, [each for each in made if _is_prose(text, each)])
    after = [
        (stated, fence)
        for stated in reversed(made)
        for fence in [each for each in fences if stated.trigger <= each.start() <= stated.end][:1]
    ]
    likely = [pair for pair in after if _is_likely(pair[1])] or after
    if not likely:
        return found(text)
    stated, fence = likely[0]
    return Program(_trimmed(fence["code"]), stated.trigger, stated=True)


def _is_likely(fence: "re.Match[str]") -> bool:
    """Say whether what a fence holds looks like a program."""
    said = fence["language"].lower()
    return said not in _ELSE and bool(_PROGRAM.search(fence["code"].strip()))


def _unfenced(text: str, made: list[Statement]) -> Program:
    ending = [each for each in made if _LINE_ENDS.match(text, each.start)]
    stated = next(iter([*ending, *made]), None)
    if stated is None:
        return found(text)
    ended = _LINE_ENDS.match(text, stated.start)
    program = text[ended.end() :] if ended else text[stated.start :].lstrip(" :：")
    return Program(found(program).text, stated.trigger, stated=True)


def _is_prose(text: str, stated: Statement) -> bool:
    """Say whether a trigger stands in no text or comment of a program."""
    before = text[max(0, stated.trigger - NEAR) : stated.trigger]
    return not re.search(r"[\"'(#=]", before.rpartition("\n")[2])


def _within(stated: Statement, fences: list["re.Match[str]"]) -> bool:
    return any(fence.start() <= stated.trigger < fence.end() for fence in fences)


def _without_lead(text: str) -> str:
    """Take away a first line that ends in a colon and says no more than that a program follows."""
    bare = text.lstrip(" \t")
    lead = _LEAD.match(bare)
    return bare[lead.end() :] if lead and bare[lead.end() :].strip() else text


def _trimmed(program: str) -> str:
    """Take away the lines without anything around a program, and one blank before all of it."""
    bare = program.strip("\r\n").rstrip()
    return bare[1:] if re.match(r" \S", bare) else bare
