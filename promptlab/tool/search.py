"""Search: the passages of a corpus that a text finds."""

import inspect
from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import cast

from promptlab.protocols import Retrieval
from promptlab.protocols import Search as Fitted
from promptlab.types import Question, RequestFailed

_LOCK = Lock()
"""One search at a time: the corpus is read once, and a search is work for this process alone."""


@dataclass(frozen=True)
class Search:
    """Return the passages that a retrieval finds, numbered, best first.

    Attributes:
        retrieval: Finds them; it asks no model.
        longest: The most characters of a passage that are returned; None returns it whole.
        pure: The same text always finds the same passages.
        description: What a model is told of it.
    """

    retrieval: Retrieval
    longest: int | None = 300
    pure: bool = True
    description: str = "searches a corpus and returns the passages that are found"

    def __post_init__(self) -> None:
        """Refuse what filters by a question's record: a text that a model wrote has none."""
        if self.longest is not None and self.longest < 1:
            raise ValueError(f"longest is {self.longest}; expected at least 1 character, or null")
        if where := getattr(self.retrieval, "where", None):
            raise ValueError(
                f"tool.search.retrieval.where is {dict(where)}, and a tool is told no question's "
                "record to filter by; expected {}"
            )

    @property
    def identity(self) -> str:
        """The digest of the corpus."""
        return self.retrieval.identity

    def prepare(self) -> None:
        """Read the corpus.

        Raises:
            ValueError: it cannot be read, or the retrieval has none or asks a model.
            OSError: there is no such file.
        """
        with _LOCK:
            self._fitted  # noqa: B018  read once

    def __call__(self, text: str) -> str:
        """Return the passages.

        Raises:
            RequestFailed: nothing is found, or the corpus cannot be read.
        """
        try:
            with _LOCK:
                found = self._fitted(Question("", text))
        except (OSError, ValueError) as error:
            raise RequestFailed(str(error)) from error
        if not found or isinstance(found, Generator):
            raise RequestFailed("nothing is found; other words may find something")
        return "\n".join(f"[{n}] {self._shown(each.text)}" for n, each in enumerate(found, 1))

    def _shown(self, text: str) -> str:
        whole = self.longest is None or len(text) <= self.longest
        return text if whole else f"{text[: self.longest].rstrip()} …"

    @cached_property
    def _fitted(self) -> Fitted:
        fitted = self.retrieval.fit()
        asks = isinstance(fitted, Generator) or inspect.isgeneratorfunction(type(fitted).__call__)
        if asks or not self.retrieval.identity:
            kind = type(self.retrieval).__name__
            raise ValueError(
                f"tool.search.retrieval is {kind}, which "
                f"{'asks a model' if asks else 'has no corpus to search'}; expected bm25, dense "
                "or hybrid"
            )
        return cast("Fitted", fitted)
