"""Choose: the label or choice to which the model gives the highest probability.

Brown et al. 2020 (sum, and mean per token); per character as in lm-evaluation-harness's `acc_norm`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from promptlab.output.possible import possible
from promptlab.program import score
from promptlab.protocols import By, Program, Template
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Score, Scores, Task

Normalise = Literal["sum", "token", "character"]


@dataclass(frozen=True)
class Choose:
    """Score every possible answer as the continuation of one prompt, and take the best.

    It is scored as the template writes it in demonstrations, yes and no too.

    Attributes:
        task: What is asked; a `label`, `choice` or `yes_no` task has possible answers to score.
        template: How it is written.
        by: A choice's `letter` after a list of the choices, or its `text` without one.
        normalise: Compare log-probabilities by `sum`, by mean per `token`, or per `character`.
    """

    task: Task
    template: Template = QA
    by: By = "letter"
    normalise: Normalise = "sum"

    def __post_init__(self) -> None:
        """Check how choices are scored."""
        if self.by not in ("letter", "text"):
            raise ValueError(f"by is {self.by!r}; expected letter or text")
        if self.normalise not in ("sum", "token", "character"):
            raise ValueError(f"normalise is {self.normalise!r}; expected sum, token or character")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once, for the log-probability of every possible answer."""
        answers = self.possible(question)
        written = [
            self.template.written(answer, question, self.task, self.by) for answer in answers
        ]
        continuations = tuple(self.template.continuation(text) for text in written)
        prompt = self.template.prompt(self.task, question, demos, by=self.by)
        scores = yield from score(Score(prompt, continuations))
        values = self._normalised(scores, written)
        if not any(map(math.isfinite, values)):
            return Answer("", outcome="unparsed")
        return _best(answers, values)

    def possible(self, question: Question) -> tuple[str, ...]:
        """List the answers that the question can have, in the task's canonical form."""
        if answers := possible(self.task, question):
            return answers
        raise ValueError(
            f"question {question.id!r} of a {self.task.answer!r} task has no possible answers to "
            "choose from; expected a label task with labels, a choice task with choices, or a "
            "yes_no task: set dataset.task.answer, or use strategy=direct"
        )

    def _normalised(self, scores: Scores, written: Sequence[str]) -> list[float]:
        logprobs = [-math.inf if math.isnan(value) else value for value in scores.logprobs]
        if self.normalise == "sum":
            return logprobs
        lengths = scores.lengths if self.normalise == "token" else [len(text) for text in written]
        return [logprob / max(length, 1) for logprob, length in zip(logprobs, lengths, strict=True)]


def _best(answers: Sequence[str], values: Sequence[float]) -> Answer:
    """Rank the answers, ties by their order, each with its share of the probability."""
    top = max(values)
    weights = [math.exp(value - top) for value in values]
    shares = [weight / sum(weights) for weight in weights]
    ranked = sorted(zip(answers, shares, values, strict=True), key=lambda ranked: -ranked[2])
    votes = tuple((answer, share) for answer, share, _ in ranked)
    return Answer(ranked[0][0], votes=votes)
