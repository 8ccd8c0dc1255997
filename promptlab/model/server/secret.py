"""A secret, and its removal from what others say: a server may echo the key that it was sent.

It is found as it stands and as programs write it: percent-encoded, in base64 at any alignment, in
hexadecimal, with the escapes of JSON and HTML, in capitals or not; and cut short, at either end,
down to eight characters. A key of fewer characters (`none`, `EMPTY`) is a placeholder and no
secret: taking it out would spoil texts that have that word.
"""

import base64
import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, TypeAlias
from urllib.parse import quote

LEAST = 8
"""Characters of a secret that are taken out, wherever they stand together."""

SIGN = "[key]"
"""What stands in their place."""

Form: TypeAlias = tuple[str, int]
"""A secret as it may be written, and how many characters of that give away `LEAST` of its own."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Secret:
    """What nobody may be told.

    Attributes:
        value: The secret; empty where there is none.
    """

    value: str = field(repr=False)

    def out_of(self, text: str) -> str:
        """The text with a sign in place of every piece of the secret."""
        covered = self._covered(text.translate(_LOWER))
        if not covered:
            return text
        runs = groupby(range(len(text)), covered.__contains__)
        return "".join(SIGN if hidden else "".join(text[i] for i in run) for hidden, run in runs)

    def out_of_json(self, value: Any) -> Any:
        """JSON with no piece of the secret in any text, name or number of it."""
        if isinstance(value, dict):
            return {self.out_of(name): self.out_of_json(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.out_of_json(each) for each in value]
        if isinstance(value, str):
            return self.out_of(value)
        return value if self.out_of(str(value)) == str(value) else SIGN

    def out_of_body(self, content: bytes, text: str) -> bytes:
        """The body of a reply, which is JSON mostly; `text` is what it says where it is not."""
        try:
            told = json.loads(content)
        except (json.JSONDecodeError, UnicodeDecodeError):
            said = self.out_of(text)
            return content if said == text else said.encode("utf-8", "replace")
        except (ValueError, RecursionError):
            return b"JSON with a number of too many digits, or nested too deeply"
        # Written plainly, so that escapes hide nothing; a name that comes twice is in `text` alone.
        plain = json.dumps(told, ensure_ascii=False) if {"\\", "\0"} & set(text) else text
        if self.out_of(plain) == plain and self.out_of(text) == text:
            return content
        return json.dumps(self.out_of_json(told)).encode()

    def _covered(self, text: str) -> set[int]:
        """Places in a text, in small letters, where the secret stands."""
        covered: set[int] = set()
        begins = self._begins
        starts = range(len(text) - LEAST + 1 if begins else 0)
        for start in [start for start in starts if text[start : start + LEAST] in begins]:
            for width in begins[text[start : start + LEAST]]:
                if text[start : start + width] in self._pieces:
                    covered.update(range(start, start + width))
        return covered

    @cached_property
    def _pieces(self) -> frozenset[str]:
        """Every piece that gives too much away, in small letters."""
        return frozenset(
            form[start : start + width].translate(_LOWER)
            for form, width in _forms(self.value)
            for start in range(len(form) - width + 1)
        )

    @cached_property
    def _begins(self) -> Mapping[str, frozenset[int]]:
        """How the pieces begin, and how long those are that begin so."""
        lengths: dict[str, set[int]] = {}
        for piece in self._pieces:
            lengths.setdefault(piece[:LEAST], set()).add(len(piece))
        return {begin: frozenset(each) for begin, each in lengths.items()}


def _forms(secret: str) -> Iterator[Form]:
    """The ways in which programs write a text."""
    if len(secret) < LEAST:
        return
    plain = secret.encode("utf-8", "surrogatepass")
    for form in (secret, quote(plain, safe=""), json.dumps(secret)[1:-1]):
        yield form, LEAST
    yield plain.hex(), 2 * LEAST
    yield "".join(f"%{byte:02x}" for byte in plain), 3 * LEAST
    yield "".join(f"\\u{ord(char):04x}" for char in secret), 6 * LEAST
    for numeral in ("&#{};", "&#x{:x};"):
        yield "".join(numeral.format(ord(char)) for char in secret), 5 * LEAST
    for shift in range(3):
        yield from ((form, LEAST * 8 // 6) for form in _in_base64(plain, shift))


def _in_base64(plain: bytes, shift: int) -> Iterator[str]:
    """In both alphabets, so many bytes after others; less the letters that are the others' too."""
    padded = bytes(shift) + plain
    whole = slice(-(-8 * shift // 6), 8 * len(padded) // 6)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(padded).decode()[whole]
