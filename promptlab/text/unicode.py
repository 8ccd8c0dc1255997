"""Unicode, wherever text is compared, found or cut: ranges of characters, and plainer forms.

The ranges are the inside of a character class of a regular expression.
"""

import unicodedata

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
"""Kana, and the marks that stand among Han."""
CJK = KANA + HAN
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    f"{CJK}"
)
"""Writing that puts no space between words."""

_SIGNS = {
    "−": "-",
    "﹣": "-",
    "‐": "-",
    "‑": "-",
    "⁄": "/",
    "∕": "/",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "。": "。",
    "　": " ",
    "\u00a0": " ",
    "\u200b": " ",
    "\ufeff": " ",
    "﹪": "%",
    "﹕": ":",
    "﹙": "(",
    "﹚": ")",
}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_TABLE: dict[int, int | str] = {
    **_FULL_WIDTH,
    **{ord(sign): plain for sign, plain in _SIGNS.items()},
}


def narrow(text: str) -> str:
    """Return the text, equally long, with full-width forms, typographic signs and spaces as ASCII.

    NFKC would also turn `10²` into `102`, and change lengths; here a position in the result is a
    position in the text.
    """
    return text.translate(_TABLE)


def single_spaced(text: str) -> str:
    """Return a text with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def caseless(text: str) -> str:
    """Write a text so that width, case and white space do not tell two apart.

    NFKC, then case folding, then NFKC again (folding can undo it), single-spaced.
    """
    if text.isascii():  # where all of that is lower case
        return single_spaced(text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return single_spaced(unicodedata.normalize("NFKC", folded))


def without_punctuation(text: str) -> str:
    """Leave out punctuation, and what SQuAD calls so though Unicode calls it symbols."""
    return "".join(
        character
        for character in text
        if character not in _SQUAD_SYMBOLS and not unicodedata.category(character).startswith("P")
    )


_SQUAD_SYMBOLS = frozenset("$+<=>^`|~")
