"""BLEU and chrF by sacrebleu: of each answer, and of all answers of a run as one corpus.

Post, A Call for Clarity in Reporting BLEU Scores, 2018 (https://aclanthology.org/W18-6319): a score
goes with its signature, which says how it was computed. Scores are shares, from 0 to 1.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

from promptlab.types import Answer, Example, Trial

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from promptlab.metric.bootstrap.draws import Draws

NOTHING_READ = ""
"""What an answer that was not read is compared as."""


Scorer: TypeAlias = Any
"""sacrebleu's BLEU or chrF, which is loaded where it is needed."""


def gold_of(example: Example) -> list[str]:
    """Return the gold answers of an example that say anything."""
    return [right for right in (example.answer, *example.aliases) if right.strip()]


def sentence(scorer: Scorer, answer: Answer, example: Example) -> float:
    """Score one answer; one that was not read is 0."""
    gold = gold_of(example)
    if answer.outcome != "parsed" or not gold:
        return 0.0
    return _share(scorer.sentence_score(answer.text, gold).score)


def corpus(
    name: str, scorer: Scorer, trials: Sequence[Trial], confidence: float
) -> tuple[Mapping[str, float], Mapping[str, str]]:
    """Score all answers as one corpus; return the score and its signature, both by name.

    Nothing where no gold answer is known.
    """
    said = [
        trial.answer.text if trial.answer.outcome == "parsed" else NOTHING_READ for trial in trials
    ]
    if not said:
        return {}, {}
    references = [list(column) for column in zip_longest(*(gold_of(t.example) for t in trials))]
    score = scorer.corpus_score(said, references)
    from promptlab.metric.bootstrap.interval import intervals  # noqa: PLC0415  numpy, at the end

    found = {name: _share(score.score)}
    of = _on_draws(name, scorer, said, references)
    found |= intervals(found, len(said), of, confidence)
    return found, {name: str(scorer.get_signature())}


def _on_draws(
    name: str, scorer: Scorer, said: list[str], references: list[list[str]]
) -> "Callable[[Draws], Mapping[str, NDArray[np.float64]]]":
    """Return what computes the score on draws: of sums of what sacrebleu counts in each answer."""
    import numpy as np  # noqa: PLC0415  only when a run has ended

    counts = np.array(scorer._extract_corpus_statistics(said, references))  # noqa: SLF001

    def on(some: "Draws") -> "Mapping[str, NDArray[np.float64]]":
        sums = (some.times @ counts).tolist()
        of_sums = [scorer._compute_score_from_stats(each).score for each in sums]  # noqa: SLF001
        return {name: np.array([_share(each) for each in of_sums])}

    return on


def scored(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials whose gold answer is known."""
    return [trial for trial in trials if gold_of(trial.example)]


def _share(score: float) -> float:
    return min(max(score / 100, 0.0), 1.0)
