"""Consistency of draws: the share of an answer's draws that agree with it.

After Manakul et al., SelfCheckGPT, 2023 (https://arxiv.org/abs/2303.08896): what a model knows it
says again, and what it makes up comes out otherwise each time. It needs no gold answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from promptlab.types import Answer, Example


@dataclass(frozen=True)
class Consistency:
    """The share of the votes that the answer got; no score where there was no vote."""

    without_gold: ClassVar[bool] = True

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:  # noqa: ARG002
        """Score the answer, from 0 to 1."""
        share = answer.confidence
        return {} if share is None else {"consistency": share}
