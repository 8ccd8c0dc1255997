"""The seam: what an output says of replies, to whoever asks and to whoever reads."""

from typing import Any, ClassVar, Protocol

from promptlab.extract import Extract
from promptlab.types import Answer, AnswerKind, Completion, Dataset, Form, Question, Task


class Output(Protocol):
    """What the replies that answer must be, and how they are read; a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def answers(self) -> AnswerKind | None:
        """The kind of answer that such a reply is; None where the task says."""
        ...

    @property
    def lines(self) -> bool:
        """Whether such a reply may have several lines."""
        ...

    def loaded(self) -> "Output":
        """Read what is in files; raise `ValueError` where that cannot be kept to."""
        ...

    def check(self, dataset: Dataset) -> None:
        """Raise `ValueError` where the data set's questions have no such answers."""
        ...

    def form(self, task: Task, question: Question, written: "Written", lead: str) -> Form | None:
        """Return what the reply to a question must be; None leaves it free."""
        ...

    def read(
        self, completion: Completion, task: Task, question: Question, extract: Extract
    ) -> Answer:
        """Return the answer that a reply gives, also where nobody was held to the form."""
        ...


class Written(Protocol):
    """How a template writes an answer."""

    def __call__(self, answer: str, question: Question, task: Task) -> str:
        """Return the answer as the prompt's demonstrations give it."""
        ...
