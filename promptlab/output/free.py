"""Whatever the model writes."""

from dataclasses import dataclass

from promptlab.extract import Extract, read
from promptlab.output.output import Written
from promptlab.types import Answer, AnswerKind, Completion, Dataset, Question, Task


@dataclass(frozen=True)
class Free:
    """Leave replies free, and look for the answer in them."""

    @property
    def answers(self) -> AnswerKind | None:
        """As the task says."""
        return None

    @property
    def lines(self) -> bool:
        """As the task says."""
        return False

    def loaded(self) -> "Free":
        """Read nothing."""
        return self

    def check(self, dataset: Dataset) -> None:
        """Take any."""

    def form(self, task: Task, question: Question, written: Written, lead: str) -> None:
        """Ask for none."""

    def read(
        self, completion: Completion, task: Task, question: Question, extract: Extract
    ) -> Answer:
        """Look for the answer where `extract` says."""
        return read(completion, task, question, extract)
