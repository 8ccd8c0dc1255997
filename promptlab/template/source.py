"""A prompt file, parsed: its front matter, and what it is made of.

    .j2 .jinja .txt .md   Jinja: one text to be continued; or turns, where the first line is a
                          heading (system: user: assistant:) alone on its line, as Prompty has it
    .fstring              a text with {question} and the like, and {{ for a brace
    .yaml .yml .json      turns: a list of role and content, each content Jinja; an item with the
                          key demonstrations is a list of turns for each `demonstration`

Front matter is YAML between two lines of three dashes at the top; in YAML and JSON the same keys
stand beside `messages`.
"""

import difflib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

import yaml

from promptlab.template.rendering import FormatText, JinjaText, Text
from promptlab.template.variables import NAMES, PARTS
from promptlab.types import Message

FORMAT, DATA = (".fstring",), (".yaml", ".yml", ".json")
SUFFIXES = (".j2", ".jinja", ".jinja2", ".txt", ".md", ".prompt", *FORMAT, *DATA)
SETTINGS = (
    *("stop", "short_stop", "trigger", "answer", "reasoned", "yes_no", "reason", "conclude"),
    *("cue", "separator", "choice", "choice_separator", "turn", "passage", "passages"),
)
"""What front matter may set: pieces of a template, by their names."""
ROLES = ("system", "user", "assistant")
_FRONT = re.compile(r"---[ \t]*\n(?P<yaml>.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(rf"^[ \t]*(?P<role>{'|'.join(ROLES)}):[ \t]*$", re.MULTILINE)
Turns = tuple["Turn", ...]


@dataclass(frozen=True)
class Turn:
    """One message of a chat, or those that are written for each demonstration."""

    role: str = ""
    text: Text | None = None
    each: Turns = ()


@dataclass(frozen=True)
class Source:
    """What a prompt file says.

    Attributes:
        path: Where it was.
        settings: What its front matter sets.
        text: The whole, where it is one text, or turns under headings.
        turns: Its turns, where it is a list.
        is_chat: Whether it makes turns.
    """

    path: str
    settings: Mapping[str, Any]
    text: Text | None = None
    turns: Turns = ()
    is_chat: bool = False

    def check(self) -> None:
        """Refuse what is no template, and front matter that sets what is not there."""
        for text in self._texts(self.turns):
            text.check()
        for key in self.settings:
            if key not in SETTINGS:
                near = difflib.get_close_matches(str(key), SETTINGS, 1)
                hint = f"did you mean {near[0]}?" if near else f"expected {', '.join(SETTINGS)}"
                raise ValueError(f"{self.path}, front matter: no setting {key!r}; {hint}")
        for key in ("stop", "short_stop"):
            value = self.settings.get(key, [])
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ValueError(
                    f"{self.path}, front matter: {key} is {value!r}; expected a list of texts"
                )

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that the file names."""
        used = (text.names for text in self._texts(self.turns))
        nested = {"demonstrations"} if any(turn.each for turn in self.turns) else set()
        return frozenset().union(*used) - {"demonstration"} | nested

    @property
    def fields(self) -> list[str]:
        """The fields of the record that the file names: what is no variable of every question."""
        return sorted(self.names - set(NAMES))

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What the file names within other things: perhaps a demonstration's own field."""
        used = (text.attributes for text in self._texts(self.turns))
        return frozenset().union(*used) - set(NAMES) - set(PARTS)

    def place(self, name: str) -> str:
        """Say in which line a variable is named first."""
        return next(text.place(name) for text in self._texts(self.turns) if name in text.names)

    @property
    def callable(self) -> str | list[dict[str, Any]]:
        """The prompt as others may call it: its text, or its turns where it is a plain list."""
        if self.text is not None:
            return self.text.source
        if any(turn.each for turn in self.turns):
            return json.dumps(self._listed(self.turns), ensure_ascii=False, indent=2)
        return self._listed(self.turns)

    def _listed(self, turns: Turns) -> list[dict[str, Any]]:
        return [
            {"role": turn.role, "content": turn.text.source}
            if turn.text is not None
            else {"demonstrations": self._listed(turn.each)}
            for turn in turns
        ]

    @property
    def ends_in_space(self) -> bool:
        """Whether the reply begins after white space that the file writes."""
        return not self.is_chat and self.text is not None and self.text.ends_in_space

    def render(self, variables: Mapping[str, Any]) -> tuple[Message, ...]:
        """Fill in the variables; empty turns are left out.

        Raises:
            ValueError: something is not there, or nothing is left; says where.
        """
        if self.text is not None and not self.is_chat:
            return (Message("text", self.text.render(variables)),)
        if self.text is not None:
            turns = self.text.render_turns(variables)
        else:
            turns = [pair for turn in self.turns for pair in _rendered(turn, variables)]
        kept = [Message(role, text.strip()) for role, text in turns if text.strip()]  # type: ignore[arg-type]
        if not kept:
            raise ValueError(f"{self.path}: nothing is left of it once it is filled in")
        return tuple(kept)

    def _texts(self, turns: Turns) -> list[Text]:
        own = [self.text] if self.text is not None and turns is self.turns else []
        nested = [text for turn in turns if turn.each for text in self._texts(turn.each)]
        return [*own, *(turn.text for turn in turns if turn.text is not None), *nested]


def parse(text: str, path: str) -> Source:
    """Parse a prompt file by its suffix.

    Raises:
        ValueError: the front matter or the list of turns cannot be read; says where.
    """
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    suffix = PurePath(path).suffix.lower()
    is_list = path.startswith("prompts:/") and text.lstrip().startswith("[")
    if suffix in DATA or is_list:
        return _of_data(text, path, suffix)
    if suffix not in SUFFIXES and not path.startswith("prompts:/"):
        raise ValueError(f"{path}: a prompt file's name ends in one of {', '.join(SUFFIXES)}")
    front = _FRONT.match(text)
    settings = _yaml(front["yaml"] or "", path, "front matter", 1) if front else {}
    if not isinstance(settings, dict):
        raise ValueError(f"{path}, front matter: {settings!r}; expected keys with values")
    start = front.end() if front else 0
    body, line = text[start:], text[:start].count("\n")
    if not body.strip():
        raise ValueError(f"{path}: it is empty; expected a prompt, with {{{{ question }}}} in it")
    if suffix in FORMAT:
        return Source(path, settings, FormatText(body, path, line))
    first = body.lstrip("\n").partition("\n")[0]
    if _HEADING.fullmatch(first):
        return Source(path, settings, JinjaText(_marked(body), path, line, body), is_chat=True)
    return Source(path, settings, JinjaText(body, path, line))


def _marked(body: str) -> str:
    """Put a call in the place of each heading, on the same line."""
    return _HEADING.sub(lambda match: f"{{{{ turn_('{match['role']}') }}}}", body)


def _of_data(text: str, path: str, suffix: str) -> Source:
    """Parse a list of turns, alone or under `messages` beside the settings."""
    if suffix == ".json" or path.startswith("prompts:/"):
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}: not JSON ({error})") from None
    else:
        content = _yaml(text, path, "", 0)
    settings = {}
    if isinstance(content, dict):
        settings = {key: value for key, value in content.items() if key != "messages"}
        content = content.get("messages")
    if not isinstance(content, list) or not content:
        raise ValueError(
            f"{path}: expected a list of turns, each with a role and a content, alone or as "
            "`messages`"
        )
    turns = tuple(_turn(item, path, f"message {n}") for n, item in enumerate(content, start=1))
    return Source(path, settings, turns=turns, is_chat=True)


def _turn(item: Any, path: str, place: str) -> Turn:
    if isinstance(item, dict) and list(item) == ["demonstrations"]:
        inner = item["demonstrations"]
        if isinstance(inner, list) and inner:
            each = [_turn(one, path, f"{place}, {n}") for n, one in enumerate(inner, start=1)]
            return Turn(each=tuple(each))
    if isinstance(item, dict) and item.keys() == {"role", "content"}:
        role, content = item["role"], item["content"]
        if role in ROLES and isinstance(content, str):
            return Turn(role, JinjaText(content, f"{path}, {place}", 0))
    raise ValueError(
        f"{path}, {place}: {item!r}; expected a role ({', '.join(ROLES)}) and a content, or "
        "demonstrations with a list of those"
    )


def _rendered(turn: Turn, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
    if turn.text is not None:
        return [(turn.role, turn.text.render(variables))]
    return [
        pair
        for demonstration in variables["demonstrations"]
        for inner in turn.each
        for pair in _rendered(inner, {**variables, "demonstration": demonstration})
    ]


def _yaml(text: str, path: str, what: str, first: int) -> Any:
    try:
        return yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1 + first}" if mark else ""
        problem = getattr(error, "problem", None) or error
        raise ValueError(
            f"{path}{line}: {what + ': ' if what else ''}not YAML ({problem})"
        ) from None
