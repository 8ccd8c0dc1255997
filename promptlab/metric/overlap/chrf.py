"""chrF: which runs of one to six characters an answer shares with the gold answers.

Popović, 2015 (https://aclanthology.org/W15-3049), by sacrebleu; with `word_order` 2 it is chrF++.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptlab.machine.extras import installed
from promptlab.metric.overlap.corpus_overlap import Scorer, corpus, scored, sentence
from promptlab.types import Answer, Example, Trial


@dataclass(frozen=True)
class Chrf:
    """The `sentence_chrf` of each answer, and the `chrf` of all of them as one corpus.

    Attributes:
        word_order: The longest run of words that counts as well; 0 is none.
    """

    word_order: int = 0

    def __post_init__(self) -> None:
        """Check the length of runs."""
        if self.word_order < 0:
            raise ValueError(f"word_order is {self.word_order}; expected 0 or more")

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:
        """Score the answer, from 0 to 1."""
        return {"sentence_chrf": sentence(self._scorer(), answer, example)}

    def of_run(
        self, trials: Sequence[Trial], confidence: float = 0.95
    ) -> tuple[Mapping[str, float], Mapping[str, str]]:
        """Return `chrf` of all answers, from 0 to 1, and its signature."""
        known = scored(trials)
        return corpus("chrf", self._scorer(), known, confidence)

    def _scorer(self) -> Scorer:
        with installed():
            from sacrebleu.metrics.chrf import CHRF  # noqa: PLC0415  loads lxml
        return CHRF(word_order=self.word_order)
