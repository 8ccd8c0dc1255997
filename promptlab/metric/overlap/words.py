"""The words of a text as overlap metrics count them; Chinese by character."""

import re
import unicodedata

from promptlab.text.unicode import CJK

_WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
_CJK = re.compile(f"[{CJK}]")


def words(text: str) -> list[str]:
    """Split a text into letters and digits that stand together, in lower case."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def is_cjk(text: str) -> bool:
    """Say whether a text has Chinese or Japanese characters, which no spaces part."""
    return bool(_CJK.search(text))
