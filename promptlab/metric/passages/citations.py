"""Citations: whether what a reply cites, `[2]`, was shown to it, and is relevant.

Citation recall and precision as in Gao et al., Enabling Large Language Models to Generate Text with
Citations (2023), with the record's relevant passages in the place of a model that judges support.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from promptlab.metric.passages.retrieval import documents, relevance
from promptlab.text.citing import cited
from promptlab.types import Answer, Completion, Example, Passage


@dataclass(frozen=True)
class Citations:
    """Score the numbers in square brackets of a reply against the passages shown.

    Attributes:
        relevant: The record's field with the ids of relevant passages; empty looks only at
            whether what is cited was shown.
    """

    relevant: str = ""

    without_gold: ClassVar[bool] = True
    reads_reply: ClassVar[bool] = True
    reads_passages: ClassVar[bool] = True

    def __call__(
        self,
        answer: Answer,  # noqa: ARG002
        example: Example,
        reply: Completion | None,
        passages: Sequence[Passage],
    ) -> Mapping[str, float]:
        """Return `cited`, and of what is cited `citations_shown` and `citations_relevant`.

        `cited` is 1 where anything that was shown is cited; the others are shares of what is
        cited, and missing where nothing is.
        """
        numbers = cited(reply.text if reply else "")
        shown = [passages[number - 1] for number in numbers if 1 <= number <= len(passages)]
        scores = {"cited": float(bool(shown))}
        if not numbers:
            return scores
        scores["citations_shown"] = len(shown) / len(numbers)
        if self.relevant:
            grades = relevance(example, self.relevant)
            right = [each for each in shown if grades.get(documents([each], grades)[0], 0) > 0]
            scores["citations_relevant"] = len(right) / len(numbers)
        return scores
