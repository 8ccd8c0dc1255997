"""Retrieval: whether the passages that were shown are those that hold the answer.

Recall, the reciprocal rank of the first relevant passage, and normalised discounted cumulative gain
(Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002), by `ir_measures`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from promptlab.machine.extras import installed
from promptlab.types import Answer, Example, Passage, RequestFailed

_CHUNK = re.compile(r"(.+)#\d+", re.DOTALL)
"""The id of a chunk: its document's, and a number."""


@dataclass(frozen=True)
class Retrieval:
    """Score the passages of a question whose record says which are relevant.

    A chunk counts for its document: `manual.md#2` for `manual.md`, the first of them alone. Where
    the record names chunks as relevant, each counts for itself.

    Attributes:
        relevant: The record's field: the ids of relevant passages, or each with its grade.
        k: How many of the first are looked at, by recall and nDCG.
    """

    relevant: str = "relevant"
    k: int = 10

    without_gold: ClassVar[bool] = True
    reads_passages: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the number."""
        if self.k < 1:
            raise ValueError(f"k is {self.k}; expected at least 1")

    def __call__(
        self,
        answer: Answer,  # noqa: ARG002
        example: Example,
        passages: Sequence[Passage],
    ) -> Mapping[str, float]:
        """Return `recall_at_k`, `mrr` and `ndcg_at_k`; nothing where no passage is relevant.

        Raises:
            RequestFailed: the record has no such field, or it holds something else.
        """
        grades = relevance(example, self.relevant)
        if not any(grade > 0 for grade in grades.values()):
            return {}
        names = documents(passages, grades)
        with installed():
            import ir_measures  # noqa: PLC0415  an extra

        measures = {
            f"recall_at_{self.k}": ir_measures.R @ self.k,
            "mrr": ir_measures.RR,
            f"ndcg_at_{self.k}": ir_measures.nDCG @ self.k,
        }
        if not names:
            return dict.fromkeys(measures, 0.0)
        run = {"q": {name: float(len(names) - place) for place, name in enumerate(names)}}
        found = ir_measures.calc_aggregate(list(measures.values()), {"q": dict(grades)}, run)
        return {name: float(found[measure]) for name, measure in measures.items()}


def relevance(example: Example, field: str) -> dict[str, int]:
    """Return the grade of each passage that an example's record names.

    Raises:
        RequestFailed: it names none, or in another way.
    """
    held: Any = example.question.metadata.get(field)
    if isinstance(held, Mapping) and all(isinstance(grade, int) for grade in held.values()):
        return {str(name): int(grade) for name, grade in held.items()}
    if isinstance(held, list | tuple) and not any(isinstance(each, list | dict) for each in held):
        return {str(name): 1 for name in held}
    if isinstance(held, str | int) and not isinstance(held, bool):
        return {str(held): 1}
    there = ", ".join(map(str, example.question.metadata)) or "none"
    raise RequestFailed(
        f"{field} is {held!r:.60}; expected ids of passages, or a grade "
        f"for each; it has the fields {there}: metric.passages.relevant=… names another"
    )


def documents(passages: Sequence[Passage], known: Mapping[str, int]) -> list[str]:
    """Name the documents of passages, best first, each once.

    Args:
        passages: Best first.
        known: The names that are relevant: of passages or of documents.
    """
    by_chunk = any(map(_CHUNK.fullmatch, known))
    return list(dict.fromkeys(_document(each.id, known, by_chunk=by_chunk) for each in passages))


def _document(name: str, known: Mapping[str, int], *, by_chunk: bool) -> str:
    whole = _CHUNK.fullmatch(name)
    if name in known or whole is None:
        return name
    return name if by_chunk and whole[1] not in known else whole[1]
