"""Choosing a set of another selection's first by where they lie, whatever the question is."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from promptlab.index.hit import Hit
from promptlab.protocols import Encoder, Select, Selection, Step
from promptlab.selection.dense.space import Space, Within
from promptlab.selection.pool import check_k
from promptlab.selection.ranker import check_candidates, choose_among, in_order
from promptlab.selection.text import check_format
from promptlab.types import Example, Question

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SetChoice(Protocol):
    """What such a selection is told."""

    @property
    def k(self) -> int: ...  # noqa: D102  each is described where it is a field
    @property
    def inner(self) -> Selection: ...  # noqa: D102
    @property
    def encoder(self) -> Encoder: ...  # noqa: D102
    @property
    def candidates(self) -> int: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


def check_choice(settings: SetChoice) -> None:
    """Check the numbers and the format; raise `ValueError` where one makes no sense."""
    check_k(settings.k)
    check_candidates(settings.candidates, settings.k)
    check_format(settings.text)


def choose_set(
    settings: SetChoice,
    pool: Sequence[Example],
    order: "Callable[[NDArray[np.float32], int], list[int]]",
) -> Step[Select]:
    """Fit the inner selection; raise `ValueError` where the pool is too small.

    Args:
        settings: What is told.
        pool: The members.
        order: Returns the places of so many of some unit vectors, shape (candidates, dimensions),
            as they are chosen.
    """

    def choose(
        space: Space,
        question: Question,  # noqa: ARG001  a reranking is given it
        hits: Sequence[Hit],
        count: int,
    ) -> list[Hit]:
        vectors = space.vectors[[hit.index for hit in hits]]
        return in_order(hits[place] for place in order(vectors, count))

    within = Within(Space(pool, settings.encoder, settings.text), choose)
    return choose_among(pool, settings.k, settings.inner, settings.candidates, within, scores=False)
