"""An instruction taken out of what a writer replied, and the scores of those that were tried."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 500
"""Most characters of an instruction (Yang et al., 2023)."""
_QUOTES = {'"': '"', "'": "'", "“": "”", "「": "」", "`": "`", "*": "*"}
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_LABEL = re.compile(
    r"(?:here is |here's |my |the |new )*(?:text|instruction|output|指令)(?: was| is)?\s*[:：]\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """An instruction and its mean score, from 0 to 1."""

    text: str
    score: float


def bracketed(reply: str) -> str:
    """Return what a reply has in square brackets, or else its first paragraph."""
    found = _BRACKETS.search(reply)
    return cleaned(found[1] if found else reply)


def cleaned(reply: str) -> str:
    """Return the first paragraph of a reply, on one line, undressed."""
    paragraphs = [part for part in re.split(r"\n\s*\n", reply.strip()) if part.strip()]
    text = " ".join(paragraphs[0].split()) if paragraphs else ""
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    while len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    return text


def fresh(texts: Iterable[str], tried: Sequence[Scored]) -> list[str]:
    """Return the instructions that are none, too long, or tried already left out."""
    known = {each.text for each in tried}
    kept = (text for text in texts if text and len(text) <= LONGEST and "<INS>" not in text)
    return [text for text in dict.fromkeys(kept) if text not in known]
