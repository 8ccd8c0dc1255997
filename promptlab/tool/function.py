"""A function of Python's as a tool, by its dotted path.

Its signature and the first paragraph of its docstring are what a model is told of it.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from promptlab.tool.schema import schema
from promptlab.types import RequestFailed

LONGEST = 20_000
"""Most characters of an input, and of a result."""
_GATHERING = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Function:
    """Call a function with what a model writes: arguments by name as JSON, or one as it stands.

    The function is your own code in this very process, and what it is given a model wrote. Calls
    may come from several threads at once. Nothing but a config that the person who runs it composes
    may name it: see `promptlab.export.component`.

    Attributes:
        path: Its module and name, `package.module.name`; it is imported when it is first needed.
        pure: Whether the same arguments always have the same result.
        told: What a model is told of it, in the place of signature and docstring.
    """

    BEYOND: ClassVar[str] = "path"
    path: str
    pure: bool = False
    told: str = ""

    def __post_init__(self) -> None:
        """Check the path's form; nothing is imported yet."""
        parts = self.path.split(".") if isinstance(self.path, str) else []
        if len(parts) < 2 or not all(part.isidentifier() for part in parts):
            raise ValueError(
                f"tool.function.path is {self.path!r}; expected a module and a function in it, "
                "such as mine.tools.distance"
            )

    @cached_property
    def description(self) -> str:
        """What it does and what its input is.

        Raises:
            ValueError: there is no such function.
        """
        if self.told:
            return self.told
        about = (inspect.getdoc(self._function) or "").split("\n\n")[0]
        says = " ".join(about.split())
        return f"{self._usage}{f'; {says}' if says else ''}"

    @cached_property
    def parameters(self) -> str:
        """The JSON Schema of its arguments, as far as its annotations say.

        Raises:
            ValueError: there is no such function.
        """
        return json.dumps(schema(self._parameters, self._hints), ensure_ascii=False, default=str)

    def __call__(self, text: str) -> str:
        """Return what the function returns: a text as it is, anything else as JSON.

        Raises:
            RequestFailed: the arguments do not fit, the function raises, or its result is too long
                or is neither text nor JSON.
        """
        bound = self._bound(text)
        try:
            result = self._function(*bound.args, **bound.kwargs)
        except (Exception, SystemExit) as error:
            raise RequestFailed(f"{type(error).__name__}: {error}"[:LONGEST]) from error
        said = _written(result)
        if len(said) > LONGEST:
            raise RequestFailed(f"the result has {len(said):,} characters, more than {LONGEST:,}")
        return said

    def _bound(self, text: str) -> inspect.BoundArguments:
        """Read the arguments from what a model wrote."""
        if len(text) > LONGEST:
            raise RequestFailed(f"the input has {len(text):,} characters, more than {LONGEST:,}")
        given, parameters = self._given(text), self._parameters
        for name, value in given.items():
            if not _fits(value, self._hints.get(name, Any)):
                shown = json.dumps(value, ensure_ascii=False)[:100]
                raise RequestFailed(f"{name} is {shown}; expected {self._usage}")
        first = [name for name, each in parameters.items() if each.kind is each.POSITIONAL_ONLY]
        by_place = [given.pop(name) for name in first if name in given]
        try:
            return self._signature.bind(*by_place, **given)
        except TypeError as error:
            raise RequestFailed(f"{error}; expected {self._usage}") from None

    def _given(self, text: str) -> dict[str, Any]:
        """Return the arguments by name; what names none is the one parameter that there is."""
        read = _read(text)
        if isinstance(read, dict) and read.keys() <= self._parameters.keys():
            return read
        if len(self._parameters) != 1:
            raise RequestFailed(f"the input is no JSON of arguments by name; it is {self._usage}")
        (name,) = self._parameters
        return {name: text if self._hints.get(name) is str else read}

    @cached_property
    def _usage(self) -> str:
        """The input that is expected, and the signature."""
        shown = f"{self.path.rpartition('.')[2]}{self._signature}"
        named = ", ".join(f'"{name}": …' for name in self._parameters)
        alone = "its one argument or " if len(self._parameters) == 1 else ""
        return f"{shown}, called with {alone}JSON {{{named}}}"

    @property
    def _parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters that can be given one by one."""
        every = self._signature.parameters
        return {name: each for name, each in every.items() if each.kind not in _GATHERING}

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        try:
            return get_type_hints(self._function)
        except Exception:  # annotations are code, which may name what is not there
            return {}

    @cached_property
    def _signature(self) -> inspect.Signature:
        try:
            return inspect.signature(self._function)
        except (TypeError, ValueError):
            raise self._refused("says nothing of its parameters: wrap it in one of yours") from None

    @cached_property
    def _function(self) -> Callable[..., Any]:
        module, _, name = self.path.rpartition(".")
        try:
            found = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise self._refused(f"cannot be imported ({error})") from error
        if not callable(found) or inspect.iscoroutinefunction(found):
            raise self._refused("is no function that returns its result at once")
        called: Callable[..., Any] = found
        return called

    def _refused(self, why: str) -> ValueError:
        return ValueError(
            f"tool.function.path is {self.path!r}, which {why}; expected a function of a module "
            "that can be imported here, such as mine.tools.distance"
        )


def _read(text: str) -> Any:
    """Read JSON; what is none is the text that it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _fits(value: Any, hint: Any) -> bool:
    """Say whether a value of JSON is what an annotation asks for, as far as that can be told."""
    kind = get_origin(hint) or hint
    if kind in (Union, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    if kind is Literal:
        return value in get_args(hint)
    if kind in (int, float):
        numbers = (int, float) if kind is float else (int,)
        return isinstance(value, numbers) and not isinstance(value, bool)
    if kind in (str, bool, list, dict, NoneType):
        return isinstance(value, kind)
    return True


def _written(result: Any) -> str:
    """Write a result: a text as it is, anything else as JSON."""
    if isinstance(result, str):
        return result
    try:
        return json.dumps(result, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        raise RequestFailed(
            f"the result is of type {type(result).__name__}, which is neither text nor JSON; "
            "expected one of these"
        ) from None
