"""Citations in a text: numbers of passages in brackets, `[1]`, `[2, 3]`, `［4］`, `【5】`."""

import re

_CITED = re.compile(r"[\[［【](\d{1,4}(?:\s*[,，、]\s*\d{1,4})*)[\]］】]")
_BEFORE_SIGN, _BLANKS = re.compile(r" {3,}(?=[,.;:!?，。；：！？]|$)", re.M), re.compile(r" {3,}")


def cited(text: str) -> list[int]:
    """List the numbers that a text cites, each once, in order."""
    numbers = [int(number) for match in _CITED.finditer(text) for number in _numbers(match)]
    return list(dict.fromkeys(numbers))


def blanked(text: str, most: int) -> str:
    """Put as many blanks in the place of each citation of the passages 1 to `most`."""

    def blank(match: "re.Match[str]") -> str:
        known = all(1 <= int(number) <= most for number in _numbers(match))
        return " " * len(match.group()) if known else match.group()

    return _CITED.sub(blank, text)


def closed(text: str) -> str:
    """Take the blanks away that citations have left."""
    return _BLANKS.sub(" ", _BEFORE_SIGN.sub("", text))


def _numbers(match: "re.Match[str]") -> list[str]:
    return re.findall(r"\d+", match[1])
