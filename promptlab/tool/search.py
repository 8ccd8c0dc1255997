"""Search: the passages of a corpus that a text finds."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

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
        pure: The same text always finds the same passages.
        description: What a model is told of it.
    """

    retrieval: Retrieval
    pure: bool = True
    description: str = "searches a corpus and returns the passages that are found"

    def __call__(self, text: str) -> str:
        """Return the passages.

        Raises:
            RequestFailed: nothing is found, the corpus cannot be read, or the retrieval would have
                to ask a model.
        """
        with _LOCK:
            found = self._fitted(Question("", text))
        if isinstance(found, Generator):
            raise RequestFailed("this retrieval asks a model; expected bm25, dense or hybrid")
        if not found:
            raise RequestFailed("nothing is found; other words may find something")
        return "\n".join(f"[{number}] {each.text}" for number, each in enumerate(found, 1))

    @cached_property
    def _fitted(self) -> Fitted:
        try:
            fitted = self.retrieval.fit()
        except (OSError, ValueError) as error:
            raise RequestFailed(str(error)) from error
        if isinstance(fitted, Generator):
            raise RequestFailed("this retrieval asks a model; expected bm25, dense or hybrid")
        return fitted
