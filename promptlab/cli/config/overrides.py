r"""Overrides as people type them, written so that Hydra reads what was meant.

Hydra's grammar knows few characters outside of quotation marks, which the shell takes away:
`dataset.path=数据/测试集.jsonl` and `dataset.task.instruction=Answer the user's question, briefly.`
are no overrides. What it cannot read is put in quotation marks here; what it can read keeps its
meaning, but for three things that nobody means. A comma in prose makes no second variant, `\n` in a
text is a line break, and a label is what is written: `true`, `01`.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import (
    Override,
    Quote,
    QuotedString,
    Sweep,
    ValueType,
)
from hydra.errors import HydraException

from promptlab.cli.config.stand_in import literal

OVERRIDE = re.compile(r"(?P<key>\+{0,2}[A-Za-z_][^=\s'\"]*)=(?P<value>.*)", re.DOTALL)
TEXT = re.compile(
    r"template\.(?!(name|layout|conclude|parts|roles|yes_no)\b).+|(.+\.)?(instruction|delimiter|separator|cue|text|signature|rubric)"
    r"|model\.(system|reply)|name"
)
"""Keys that hold prose or a piece of it."""
PLACE = re.compile(r".+\.(path|pool|test|folder|dir|adapter)|prompt")
"""Keys that hold a path."""
LIST = re.compile(r".+\.(labels|stop|short_stop|metadata|header|aliases|choices|reply)")
"""Keys that hold a list of texts, or may."""
ESCAPED = re.compile(
    r"\\(?!(?:nabla|natural|ne|neq|neg|nexists|ni|nmid|not|notin|nu|num|tan|tanh|tau|text[a-z]*"
    r"|tfrac|theta|therefore|tilde|times|to|top|triangle[a-z]*)(?![A-Za-z]))([nt\\])"
)
r"""A line break, a tab or a backslash; `\theta` and its like are LaTeX."""
QUOTED = re.compile(r"'(?:\\.|[^\\'])*'|\"(?:\\.|[^\\\"])*\"", re.DOTALL)
CHARACTERS = {"n": "\n", "t": "\t", "\\": "\\"}
OPEN = re.compile(r"(?:.+\.)?retrieval\.(?:where|fields)|selection\.(?:.+\.)?where|tracking\.tags")
"""Keys of mappings whose own keys are the user's; Hydra takes new ones where they are added."""
CLOSING = {"(": ")", "[": "]", "{": "}"}
PARSER = OverridesParser.create()


def rewrite_overrides(words: Sequence[str]) -> list[str]:
    """Write the overrides among a command's words so that Hydra reads what was meant.

    Raises:
        ValueError: it may be meant in two ways, or a bracket is open; says what to type.
    """
    return [_added(_override(word)) for word in words]


def _added(word: str) -> str:
    """Write a mapping whose keys are the user's so that Hydra adds them to what there is."""
    key, _, value = word.partition("=")
    return f"+{word}" if OPEN.fullmatch(key) and value.startswith("{") else word


def _override(word: str) -> str:
    match = OVERRIDE.fullmatch(word)
    if not match:
        return word
    key, value = match["key"], match["value"]
    name = key.lstrip("+").partition("@")[0]
    if LIST.fullmatch(name) and value.lstrip().startswith("["):
        rewritten = _pieces(key, value, _text if _is_nested_text(name) else _word)
    elif TEXT.fullmatch(name):
        rewritten = _prose(key, value)
    elif LIST.fullmatch(name) and len(_split(value)) > 1:
        raise ValueError(f"{word}: expected a list: {_shell_word(key, f'[{value}]')}")
    elif PLACE.fullmatch(name):
        rewritten = _path(key, value)
    else:
        rewritten = _value(key, value)
    return f"{key}={rewritten}"


def _is_nested_text(name: str) -> bool:
    """Whether a list's texts may hold line breaks."""
    return name.endswith(("stop", "reply"))


def _prose(key: str, value: str) -> str:
    """Write a text in which a comma is a comma, and a written line break is one."""
    parsed = _read(value)
    if parsed is None or (re.search(r"^\s|\s$", value) and _is_word(parsed)):
        return _text(value)
    if parsed.value_type is ValueType.SIMPLE_CHOICE_SWEEP and not _has_quotes(parsed):
        if re.search(r",\s|^,|,$", value):
            return _text(value)
        raise ValueError(
            f"{key}={value}: one text, or several variants? One text is written "
            f"{_shell_word(key, quote(value))}, several are written "
            f"{_shell_word(key, ','.join(map(quote, _split(value))))}"
        )
    if isinstance(parsed._value, Sweep):  # noqa: SLF001  the only way to its quotation marks
        plain = _is_standalone(parsed) and not ESCAPED.search(value)
        return value if plain else _sweep(value, _text)
    if isinstance(parsed.value(), (bool, int, float)):
        line = _shell_word(key, quote(value))
        raise ValueError(f"{key} is {value}; expected text, which is written {line}")
    if isinstance(parsed.value(), (list, dict)):
        return _text(value)
    return _text(value) if _is_word(parsed) and ESCAPED.search(value) else value


def _sweep(value: str, write: Callable[[str], str]) -> str:
    """Write several values, each so that it can stand alone; Hydra's `choice` forgets its marks."""
    chosen = re.fullmatch(r"choice\((.*)\)\s*", value, re.DOTALL)
    pieces = [piece.strip() for piece in _split(chosen[1] if chosen else value)]
    return ",".join(map(write, pieces)) if len(pieces) > 1 else value


def _is_standalone(parsed: Override) -> bool:
    """Whether Hydra can read again each of the values that it parts a sweep into."""
    chosen = parsed.value_type in (ValueType.CHOICE_SWEEP, ValueType.SIMPLE_CHOICE_SWEEP)
    return not chosen or all(map(_read, parsed.sweep_string_iterator()))


def _path(key: str, value: str) -> str:
    """Write a path: whole where there is such a file, else several where all are there."""
    if _exists(value):
        return value if _means(value, value) else quote(literal(value))
    pieces = _split(value)
    if len(pieces) > 1 and (_read(value) or all(map(_exists, pieces))):
        return ",".join(_path(key, piece) for piece in pieces)
    return value if _read(value) and not _is_number(value) else quote(value)


def _exists(value: str) -> bool:
    try:
        return bool(value.strip()) and Path(value).exists()
    except (OSError, ValueError):
        return False


def _value(key: str, value: str) -> str:
    """Write any other value: as it stands where Hydra reads it, else mended piece by piece."""
    if parsed := _read(value):
        return value if _is_standalone(parsed) else _sweep(value, partial(_value, key))
    pieces = _split(value)
    if len(pieces) > 1 and all(re.fullmatch(r"\S+", piece) for piece in pieces):
        return ",".join(_value(key, piece) for piece in pieces)
    if value.startswith(("[", "{")) or re.fullmatch(r"(choice|sort|shuffle)\(.*", value):
        return _pieces(key, value, partial(_value, key))
    return quote(value)


def _pieces(key: str, value: str, write: Callable[[str], str]) -> str:
    """Write each item of a list, of a dict or of a choice.

    Raises:
        ValueError: it does not end as it begins.
    """
    if len(several := _split(value)) > 1:
        return ",".join(_pieces(key, each, write) for each in several)
    match = re.fullmatch(r"\s*([a-z]*)([\[{(])(.*)", value, re.DOTALL)
    if not match:
        return write(value.strip())
    head, opening, rest = match.groups()
    if not rest.rstrip().endswith(CLOSING[opening]):
        raise ValueError(
            f"{key}={value}: the {opening} is not closed; a text that begins so is written "
            f"{_shell_word(key, quote(value))}"
        )
    items = _split(rest.rstrip()[:-1])
    if opening == "{":
        pairs = [item.partition(":") for item in items]
        pieces = [f"{name}{colon}{write(item.strip())}" for name, colon, item in pairs]
    else:
        pieces = [write(item.strip()) for item in items]
    return f"{head}{opening}{','.join(pieces)}{CLOSING[opening]}"


def _split(value: str) -> list[str]:
    """Part a value at its commas, but for those within brackets or quotation marks."""
    pieces, start = [], 0
    for index in _outside(value):
        if value[index] == ",":
            pieces.append(value[start:index])
            start = index + 1
    return [*pieces, value[start:]] if value.strip() else []


def _outside(value: str) -> Iterator[int]:
    """List the places that are neither within brackets nor within quotation marks."""
    depth, index = 0, 0
    while index < len(value):
        sign = value[index]
        if match := QUOTED.match(value, index):
            index = match.end()
            continue
        depth += (sign in "([{") - (sign in ")]}" and depth > 0)
        if not depth:
            yield index
        index += 2 if sign == "\\" else 1


def _text(value: str) -> str:
    r"""Write a text in quotation marks, a `\n` in it as the line break that it means."""
    text = _unquote(value)
    return quote(ESCAPED.sub(lambda sign: CHARACTERS[sign[1]], value if text is None else text))


def _word(value: str) -> str:
    """Write an item of a list as the text that it is: `true`, `01` and `1.10` stay so."""
    is_more = _unquote(value) is not None or value[:1] in "[{" or value.startswith("${")
    return value if is_more or _means(value, value) else quote(value)


def _unquote(value: str) -> str | None:
    """Return what stands in quotation marks; None where it does not."""
    parsed = _read(value)
    inner = parsed._value if parsed else None  # noqa: SLF001  the only way to its quotation marks
    return inner.text if isinstance(inner, QuotedString) else None


def _means(value: str, text: str) -> bool:
    """Whether Hydra reads a value as this text."""
    parsed = _read(value)
    return parsed is not None and parsed.value() == text and not re.search(r"\$\{", value)


def _is_word(parsed: Override) -> bool:
    return isinstance(parsed.value(), str)


def _is_number(value: str) -> bool:
    parsed = _read(value)
    return parsed is not None and isinstance(parsed.value(), (int, float))


def _has_quotes(parsed: Override) -> bool:
    sweep: Any = parsed._value  # noqa: SLF001  the only way to its quotation marks
    return any(isinstance(item, QuotedString) for item in sweep.list)


def _read(value: str) -> Override | None:
    """Let Hydra read a value; None where it cannot."""
    try:
        return PARSER.parse_override(f"key={value}")
    except (HydraException, ValueError):
        return None


def quote(text: str) -> str:
    """Write a text in quotation marks, as Hydra's grammar has them."""
    return QuotedString(text, Quote.single).with_quotes()


def _shell_word(key: str, value: str) -> str:
    """Write what to type in a shell."""
    word = f"{key}={value}"
    return shlex.quote(word) if re.search(r'["$`\\!]', word) else f'"{word}"'
