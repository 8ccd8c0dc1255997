"""Filling in: Jinja in a sandbox, and `str.format` of plain names.

Nothing that is filled in is read as a template. In the sandbox no attribute of Python's own can be
reached, nothing can be changed, and nothing is left to chance, so that a prompt is the same again.
"""

import hashlib
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any, Protocol

from jinja2 import StrictUndefined, TemplateSyntaxError
from jinja2 import Template as Compiled
from jinja2.exceptions import TemplateError
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Const, Getattr, Getitem
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Text(Protocol):
    """A text with variables in it."""

    @property
    def source(self) -> str:
        """The text as it was written, its variables in double braces."""
        ...

    def check(self) -> None:
        """Refuse what is no template; raise `ValueError` with file and line."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The variables that it names."""
        ...

    @property
    def attributes(self) -> frozenset[str]:
        """What it names within other things: demonstration.tier."""
        ...

    @property
    def ends_in_space(self) -> bool:
        """Whether it ends in white space."""
        ...

    def place(self, name: str) -> str:
        """Say where a variable is named first."""
        ...

    def render(self, variables: Mapping[str, Any]) -> str:
        """Fill in the variables; raise `ValueError` with file and line."""
        ...

    def render_turns(self, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The same for a text that has headings: roles and contents."""
        ...


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        finalize=lambda value: "" if value is None else value,
    )
    del environment.globals["lipsum"], environment.filters["random"]
    environment.globals["turn_"] = lambda role: role
    return environment


_ENVIRONMENT = _environment()


@dataclass(frozen=True)
class JinjaText:
    """A text in Jinja.

    Attributes:
        text: The template.
        path: Its file, for messages.
        before: How many lines of the file come before it.
        written: The text as it was written, if headings were taken out of it.
    """

    text: str
    path: str
    before: int
    written: str = ""

    @property
    def source(self) -> str:
        """The text as it was written."""
        return self.written or self.text

    def check(self) -> None:
        """Refuse what is no Jinja."""
        _ = self._compiled

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that it names."""
        return frozenset(find_undeclared_variables(_ENVIRONMENT.parse(self.text))) - {"turn_"}

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What it names within other things."""
        tree = _ENVIRONMENT.parse(self.text)
        items = [node.arg.value for node in tree.find_all(Getitem) if isinstance(node.arg, Const)]
        names = [node.attr for node in tree.find_all(Getattr)]
        return frozenset(name for name in (*names, *items) if isinstance(name, str))

    def place(self, name: str) -> str:
        """Say where a variable is named first."""
        return self._place(_line_of(name, self.text))

    @property
    def ends_in_space(self) -> bool:
        """Whether it ends in white space; Jinja takes the last line's end away."""
        return self.text.removesuffix("\n")[-1:].isspace()

    @cached_property
    def _compiled(self) -> Compiled:
        try:
            return _ENVIRONMENT.from_string(self.text)
        except TemplateSyntaxError as error:
            raise ValueError(
                f"{self._place(error.lineno)}: not Jinja ({error.message}); {{{{ name }}}} writes "
                "a variable, {% for … %} … {% endfor %} repeats"
            ) from None

    def render(self, variables: Mapping[str, Any]) -> str:
        """Fill in the variables."""
        try:
            return self._compiled.render(variables)
        except TemplateError as error:
            raise ValueError(f"{self._place(_line(error))}: {_said(error, variables)}") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise ValueError(f"{self._place(_line(error))}: {error}") from None

    def render_turns(self, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Fill in the variables of a text with headings, each of which is a call of `turn_`."""
        # No text can hold the digest of all texts, so that none can begin a turn.
        mark = hashlib.sha256(
            repr(sorted(variables.items())).encode("utf-8", "replace")
        ).hexdigest()
        text = self.render({**variables, "turn_": lambda role: f"{mark}{role}\n"})
        _, *turns = text.split(mark)
        return [(role, content) for role, _, content in (turn.partition("\n") for turn in turns)]

    def _place(self, line: int | None) -> str:
        return self.path if line is None else f"{self.path}, line {line + self.before}"


@dataclass(frozen=True)
class FormatText:
    """A text with `{name}` in it, and `{{` for a brace; the fields are those of `JinjaText`."""

    text: str
    path: str
    before: int

    @property
    def source(self) -> str:
        """The text in double braces, as others write variables."""
        parts = Formatter().parse(self.text)
        return "".join(text + (f"{{{{ {name} }}}}" if name else "") for text, name, _, _ in parts)

    def check(self) -> None:
        """Refuse braces that name nothing."""
        _ = self.names

    @cached_property
    def names(self) -> frozenset[str]:
        """The variables that it names."""
        try:
            parts = list(Formatter().parse(self.text))
        except ValueError as error:
            raise ValueError(f"{self.path}: {error}; a brace is written twice: {{{{") from None
        names = [
            (name, spec, conversion) for _, name, spec, conversion in parts if name is not None
        ]
        for name, spec, conversion in names:
            if not name.isidentifier() or spec or conversion:
                raise ValueError(
                    f"{self.place(name)}: {{{name}}} is no name of a variable; a brace that is "
                    "meant as such is written twice: {{"
                )
        return frozenset(name for name, _, _ in names)

    @property
    def attributes(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def place(self, name: str) -> str:
        """Say where a variable is named first."""
        return f"{self.path}, line {_line_of(name, self.text) + self.before}"

    @property
    def ends_in_space(self) -> bool:
        """Whether it ends in white space, its last line's end aside."""
        return self.text.removesuffix("\n")[-1:].isspace()

    def render(self, variables: Mapping[str, Any]) -> str:
        """Fill in the variables."""
        for name in sorted(self.names):
            if name not in variables:
                raise ValueError(f"{self.place(name)}: {_missing(name, variables)}")
        known = {name: _plain(variables[name]) for name in self.names}
        return self.text.removesuffix("\n").format_map(known)

    def render_turns(self, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Raise: it has no headings."""
        raise NotImplementedError


def _line_of(name: str, text: str) -> int:
    """Return the first line that has a name in it."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return text[: found.start()].count("\n") + 1 if found else 1


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _said(error: TemplateError, variables: Mapping[str, Any]) -> str:
    """Say what went wrong, and of what is not there, what is."""
    message = error.message or type(error).__name__
    named = re.fullmatch(r"'(\w+)' is undefined", message)
    return _missing(named[1], variables) if named else message


def _missing(name: str, variables: Mapping[str, Any]) -> str:
    there = ", ".join(sorted(key for key in variables if key != "turn_"))
    return f"no variable {name!r}; those of this question are {there}"


def _line(error: BaseException) -> int | None:
    """Return the template's line in which an error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == "<template>"), None)
