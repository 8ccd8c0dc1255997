"""Choose: the label or choice that is worth most, by the log-probabilities that a model gives.

Each `mode` is a reading of them, in a file of `scoring/`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

from promptlab.output.possible import possible
from promptlab.program import parallel
from promptlab.protocols import By, Program, Template
from promptlab.strategy.scoring.channel import FLIPPED, channel
from promptlab.strategy.scoring.conclude import conclude
from promptlab.strategy.scoring.first_token import first_token
from promptlab.strategy.scoring.logprob import logprob
from promptlab.strategy.scoring.normalise import Normalise
from promptlab.strategy.scoring.perplexity import perplexity
from promptlab.strategy.scoring.pmi import Against, pmi
from promptlab.strategy.scoring.posed import Posed
from promptlab.strategy.scoring.verbaliser import (
    Synonyms,
    check_first,
    together,
    verbaliser,
    warn_of_beginnings,
    warn_of_begun_choices,
    warn_of_counted_twice,
)
from promptlab.template import QA
from promptlab.text.spelling import meaning
from promptlab.types import Answer, Example, Question, Task

Mode = Literal["logprob", "perplexity", "pmi", "channel", "first_token"]
Demonstrations = Literal["concatenated", "ensembled"]

EXPECTED: Mapping[str, tuple[str, ...]] = {
    "by": get_args(By),
    "mode": get_args(Mode),
    "normalise": get_args(Normalise),
    "against": get_args(Against),
    "demonstrations": get_args(Demonstrations),
    "synonyms": get_args(Synonyms),
}
NOTHING = Question("", "")


@dataclass(frozen=True)
class Choose:
    """Score every possible answer, and take the best.

    It is scored as the template writes it in demonstrations, yes and no too.

    Attributes:
        task: What is asked; a `label`, `choice` or `yes_no` task has possible answers to score.
        template: How it is written.
        by: A choice's `letter` after a list of the choices, or its `text` without one.
        normalise: Compare log-probabilities by `sum`, or by mean per `token`, per `character` or
            per `byte`; `perplexity` is per token and `first_token` a sum, whatever is said here.
        mode: What is compared: the `logprob` of the answer after the prompt; the `perplexity` of
            the whole prompt with the answer in its place; `pmi`, by how much the prompt raises it;
            `channel`, the log-probability of the question after the answer; or of the `first_token`
            in which answers differ.
        against: What `pmi` compares with: the question's place with nothing in it (`domain`),
            nothing at all (`unconditional`), or the prompt of a question "N/A" (`content_free`).
        demonstrations: `concatenated` in one prompt; or `ensembled`, a prompt for each, whose
            values are added (Min et al. 2022).
        verbaliser: The word, or the list of words, that stands for each answer, in the order of the
            task's labels; demonstrations show the first. Empty: answers stand for themselves.
        synonyms: What several words of an answer come to: the `sum` of their probabilities, or the
            `best`.
        flipped: How `channel` writes a question after its answer.
    """

    task: Task
    template: Template = QA
    by: By = "letter"
    normalise: Normalise = "sum"
    mode: Mode = "logprob"
    against: Against = "domain"
    demonstrations: Demonstrations = "concatenated"
    verbaliser: tuple[Any, ...] = ()
    synonyms: Synonyms = "sum"
    flipped: Template = FLIPPED

    def __post_init__(self) -> None:
        """Check how answers are scored."""
        for name, expected in EXPECTED.items():
            if getattr(self, name) not in expected:
                raise ValueError(f"{name} is {getattr(self, name)!r}; expected {_either(expected)}")
        verbaliser(self.verbaliser, self.task)
        object.__setattr__(self, "verbaliser", tuple(self.verbaliser))
        if self.mode == "channel" and self.task.answer == "choice" and self.by == "letter":
            raise ValueError(
                "mode=channel asks how probable an answer makes the question, and a letter says "
                "nothing of it; expected by=text"
            )
        if self.mode == "first_token":
            check_first(self._known)
        if (self.mode, self.normalise) == ("logprob", "sum"):
            warn_of_beginnings(self._known)
        if self.synonyms == "sum" and self.mode == "logprob":
            warn_of_counted_twice(self._known)

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for log-probabilities, and take the answer that is worth most."""
        return conclude((yield from self.values(question, demos)))

    def values(self, question: Question, demos: Sequence[Example]) -> Program[dict[str, float]]:
        """Return what every possible answer is worth, as the logarithm of a probability."""
        answers = self.possible(question)
        words = [self.words(answer, question) for answer in answers]
        summed = (self.mode, self.normalise) == ("logprob", "sum")
        if summed and self.task.answer == "choice" and self.by == "text":
            warn_of_begun_choices(dict(zip(answers, words, strict=True)))
        every_word = tuple(word for some in words for word in some)
        alone = self.demonstrations == "ensembled" and demos
        sets = [[demo] for demo in demos] if alone else [demos]
        every = yield from parallel(
            self._read(self._posed(question, shown, every_word)) for shown in sets
        )
        left = iter([sum(column) for column in zip(*every, strict=True)])
        each = [[next(left) for _ in some] for some in words]
        return {
            answer: together(some, self.synonyms)
            for answer, some in zip(answers, each, strict=True)
        }

    @property
    def is_open(self) -> bool:
        """Whether no question of the task can have possible answers."""
        return self.task.answer != "choice" and not possible(self.task, NOTHING)

    @property
    def _known(self) -> dict[str, tuple[str, ...]]:
        """The words of every answer that does not depend on the question."""
        known = possible(self.task, NOTHING)
        return {answer: self.words(answer, NOTHING) for answer in known}

    @cached_property
    def _words(self) -> Mapping[str, tuple[str, ...]]:
        return verbaliser(self.verbaliser, self.task)

    def words(self, answer: str, question: Question) -> tuple[str, ...]:
        """List what stands for an answer, as a demonstration writes it."""
        meant = meaning(answer) if self.task.answer == "yes_no" else None
        if some := self._words.get(meant or answer):
            return some
        return (self.template.written(answer, question, self.task, self.by),)

    def possible(self, question: Question) -> tuple[str, ...]:
        """List the answers that the question can have, in the task's canonical form."""
        if answers := possible(self.task, question):
            return answers
        raise ValueError(
            f"question {question.id!r} of a {self.task.answer!r} task has no possible answers to "
            "choose from; expected a label task with labels, a choice task with choices, or a "
            "yes_no task: set dataset.task.answer, or put another strategy in the place of choose"
        )

    def _posed(self, question: Question, demos: Sequence[Example], words: tuple[str, ...]) -> Posed:
        if not self.verbaliser:
            return Posed(self.task, self.template, self.by, question, tuple(demos), words)
        shown = [replace(demo, answer=self.words(demo.answer, demo.question)[0]) for demo in demos]
        # Of a label task a template writes the very word, of a yes_no task what it has for it.
        task = replace(self.task, answer="label")
        return Posed(task, self.template, self.by, question, tuple(shown), words)

    def _read(self, posed: Posed) -> Program[list[float]]:
        if self.mode == "pmi":
            return pmi(posed, self.normalise, self.against)
        if self.mode == "channel":
            return channel(posed, self.normalise, self.flipped)
        if self.mode == "perplexity":
            return perplexity(posed)
        return first_token(posed) if self.mode == "first_token" else logprob(posed, self.normalise)


def _either(expected: Sequence[str]) -> str:
    return f"{', '.join(expected[:-1])} or {expected[-1]}"
