"""BLEU and chrF by sacrebleu: of each answer, and of all answers of a run as one corpus.

Post, A Call for Clarity in Reporting BLEU Scores, 2018 (https://aclanthology.org/W18-6319): a score
goes with its signature, which says how it was computed. Scores are shares, from 0 to 1.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeAlias

from promptlab.types import Answer, Example, Trial

DRAWS = 1000
"""Draws of the answers, for an interval; a fifth of them where there are many answers."""
MANY = 2000
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
    name: str, scorer: Scorer, trials: Sequence[Trial]
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
    score, signature = scorer.corpus_score(said, references), str(scorer.get_signature())
    bounds = _bounds(scorer, said, references) if len(said) > 1 else {}
    found = {f"{name}{end}": bound for end, bound in bounds.items()}
    return {name: _share(score.score), **found}, {name: signature}


def _bounds(scorer: Scorer, said: list[str], references: list[list[str]]) -> dict[str, float]:
    """Return both ends of the 95 % interval, by sacrebleu's own bootstrap."""
    draws = DRAWS if len(said) <= MANY else DRAWS // 5
    told = scorer.corpus_score(said, references, n_bootstrap=draws)
    found = json.loads(told.format(is_json=True, signature=str(scorer.get_signature())))
    mean, half = found.get("confidence_mean", 0.0), found.get("confidence_var", 0.0)
    return {"_low": _share(mean - half), "_high": _share(mean + half)} if half else {}


def scored(trials: Sequence[Trial]) -> list[Trial]:
    """Return the trials whose gold answer is known."""
    return [trial for trial in trials if gold_of(trial.example)]


def _share(score: float) -> float:
    return min(max(score / 100, 0.0), 1.0)
