"""Free text: its lines, and what a line states."""

from promptlab.extract.sentence import END

_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "`": "`", "《": "》"}
_LAYERS = 4
"""Of emphasis and quotation marks around an answer."""


def lines(text: str) -> list[tuple[int, str]]:
    """Return the non-empty lines with the positions where they start."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((start + len(line) - len(line.lstrip()), line.strip()))
        start += len(line)
    return found


def stated(text: str) -> str:
    """Return what the text that follows a trigger states: its first sentence, undressed."""
    found = [cleaned(_first_sentence(line)) for _, line in lines(text)]
    return next((line for line in found if line), "")


def _first_sentence(line: str) -> str:
    line = line.lstrip(" \t:：*")
    end = END.search(line)
    return line[: end.start()] if end else line


def cleaned(line: str) -> str:
    """Take away markdown emphasis, a pair of quotation marks and the final point."""
    for _ in range(_LAYERS):
        line = line.strip().strip("*").lstrip(":：").strip()
        if line.endswith((".", "。")) and not line.endswith(".."):
            line = line[:-1]
        if len(line) > 1 and _QUOTES.get(line[0]) == line[-1]:
            line = line[1:-1]
    return line
