"""Full-width forms, typographic signs and invisible characters, one for one as ASCII.

Unicode's NFKC would also turn `10²` into `102` and change lengths; here every character stays
where it is, so that a position in the result is a position in the text.
"""

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
    """Return the text, equally long, with full-width characters as their ASCII counterparts."""
    return text.translate(_TABLE)
