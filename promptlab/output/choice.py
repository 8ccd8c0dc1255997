"""One of some texts: the labels, the letters of the choices, yes or no, or those given."""

from collections import Counter
from dataclasses import dataclass, replace

from promptlab.extract import Extract, read, same
from promptlab.output.output import Written
from promptlab.output.possible import possible
from promptlab.types import Answer, AnswerKind, Completion, Dataset, Form, Question, Task

OPEN = ("number", "text")
"""Kinds of answer of which the options must be given."""


@dataclass(frozen=True)
class Choice:
    """Have the reply be a possible answer and nothing else, as demonstrations give it.

    Attributes:
        options: The possible answers of a `number` or `text` task; other tasks have their own.
    """

    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse options of which nothing can be chosen."""
        object.__setattr__(self, "options", tuple(map(str, self.options)))
        twice = [option for option, count in Counter(self.options).items() if count > 1]
        if twice or not all(option.strip() for option in self.options):
            what = f"{twice[0]!r} more than once" if twice else "a blank one"
            raise ValueError(f"output.options holds {what}; expected every option once")

    @property
    def answers(self) -> AnswerKind | None:
        """As the task says."""
        return None

    @property
    def lines(self) -> bool:
        """As the task says."""
        return False

    def loaded(self) -> "Choice":
        """Read nothing."""
        return self

    def check(self, dataset: Dataset) -> None:
        """Refuse tasks whose possible answers are not known, or known otherwise."""
        kind = dataset.task.answer
        if self.options and kind not in OPEN:
            raise ValueError(
                f"output.options is for tasks of numbers and texts; this one's answer is a {kind}, "
                "whose possible answers are known: leave them out"
            )
        if kind in OPEN and not self.options:
            raise ValueError(
                f"output=choice: a task of kind {kind} has no possible answers to choose from; say "
                "output.options=[…], or output=regex output.pattern=… for answers that are open"
            )
        if kind not in OPEN:
            for example in dataset.test:
                self._options(dataset.task, example.question)

    def form(self, task: Task, question: Question, written: Written, lead: str) -> Form:
        """One of the possible answers, as the template writes them."""
        options = [written(option, question, task) for option in self._options(task, question)]
        return Form("choice", options=tuple(dict.fromkeys(options)), lead=lead)

    def read(
        self, completion: Completion, task: Task, question: Question, extract: Extract
    ) -> Answer:
        """Read the answer; one that is none of the options is none."""
        options = self._options(task, question)
        answer = read(completion, task, question, extract)
        if answer.outcome != "parsed" or any(same(answer.text, each, task) for each in options):
            return answer
        why = f"{answer.text[:60]!r} is none of the options"
        return replace(answer, text="", rationale=completion.text, outcome="unparsed", why=why)

    def _options(self, task: Task, question: Question) -> tuple[str, ...]:
        options = self.options or possible(task, question)
        if not options:
            raise ValueError(
                f"output=choice: question {question.id!r} of a {task.answer} task has no possible "
                "answers to choose from"
            )
        return options
