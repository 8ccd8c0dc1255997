"""BLEU: how many runs of one to four words an answer shares with the gold answers.

Papineni et al., 2002 (https://aclanthology.org/P02-1040), by sacrebleu.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from promptlab.machine.extras import installed
from promptlab.metric.overlap.corpus_overlap import Scorer, corpus, gold_of, scored, sentence
from promptlab.metric.overlap.words import is_cjk
from promptlab.types import Answer, Example, Trial


@dataclass(frozen=True)
class Bleu:
    """The `sentence_bleu` of each answer, and the `bleu` of all of them as one corpus.

    Attributes:
        tokenize: How sacrebleu splits words: `13a`, `zh` (Chinese by character), `char`, …; `auto`
            is `zh` where a gold answer has Chinese characters, and `13a` elsewhere.
    """

    tokenize: Literal["auto", "13a", "zh", "intl", "char", "none"] = "auto"

    def __post_init__(self) -> None:
        """Check the name of the tokeniser."""
        known = ("auto", "13a", "zh", "intl", "char", "none")
        if self.tokenize not in known:
            raise ValueError(f"tokenize is {self.tokenize!r}; expected one of {', '.join(known)}")

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:
        """Score the answer, from 0 to 1."""
        scorer = self._scorer([example], effective_order=True)
        return {"sentence_bleu": sentence(scorer, answer, example)}

    def of_run(
        self, trials: Sequence[Trial], confidence: float = 0.95
    ) -> tuple[Mapping[str, float], Mapping[str, str]]:
        """Return `bleu` of all answers, from 0 to 1, and its signature."""
        known = scored(trials)
        return corpus("bleu", self._scorer([trial.example for trial in known]), known, confidence)

    def _scorer(self, examples: Sequence[Example], effective_order: bool = False) -> Scorer:
        with installed():
            from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415  loads lxml
        tokenize: str = self.tokenize
        if tokenize == "auto":
            chinese = any(is_cjk(gold) for example in examples for gold in gold_of(example))
            tokenize = "zh" if chinese else "13a"
        return BLEU(tokenize=tokenize, effective_order=effective_order)
