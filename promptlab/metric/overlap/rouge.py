"""ROUGE: which words, pairs and longest sequence of words an answer shares with the gold one.

Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004
(https://aclanthology.org/W04-1013), by Google's rouge-score without stemming; Chinese by character.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from promptlab.machine.extras import installed
from promptlab.metric.overlap.words import words
from promptlab.types import Answer, Example

NAMES = {"rouge1": "rouge_1", "rouge2": "rouge_2", "rougeL": "rouge_l"}


@dataclass(frozen=True)
class Rouge:
    """The F-measures `rouge_1`, `rouge_2` and `rouge_l`, each the best over the gold answers."""

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:
        """Score the answer, from 0 to 1; one that was not read is 0."""
        gold = [right for right in (example.answer, *example.aliases) if right.strip()]
        if answer.outcome != "parsed" or not gold:
            return dict.fromkeys(NAMES.values(), 0.0)
        best = _scorer().score_multi(gold, answer.text)
        return {ours: float(best[theirs].fmeasure) for theirs, ours in NAMES.items()}


class _Words:
    """The tokeniser that rouge-score asks for; its own knows no letters but a to z."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)


@cache
def _scorer() -> Any:
    with installed():
        from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415  loads NLTK
    return RougeScorer(list(NAMES), tokenizer=_Words())
