"""What a regular expression matches, from its first character to its last."""

from dataclasses import dataclass

from promptlab.extract import Extract, read
from promptlab.extract.thinking import visible
from promptlab.output.grammar import fault, matches
from promptlab.output.output import Written
from promptlab.types import Answer, AnswerKind, Completion, Dataset, Form, Outcome, Question, Task


@dataclass(frozen=True)
class Regex:
    r"""Have the whole reply match a pattern, such as `\d{4}-\d{2}-\d{2}`.

    Attributes:
        pattern: In the syntax of Rust's regex library, which has no look-around and no references
            back: whatever it is, matching takes no longer for it.
    """

    pattern: str = ""

    @property
    def answers(self) -> AnswerKind | None:
        """As the task says."""
        return None

    @property
    def lines(self) -> bool:
        """As the task says."""
        return False

    def loaded(self) -> "Regex":
        """Refuse what is no pattern.

        Raises:
            ValueError: says why.
        """
        if not self.pattern:
            raise ValueError(
                r"output.pattern is empty; expected a pattern, such as [0-9]+\.[0-9]{2}"
            )
        if why := fault(Form("regex", self.pattern)):
            raise ValueError(
                f"output.pattern is {self.pattern!r}, which cannot be kept to ({why}); expected a "
                "regular expression without look-around and references back"
            )
        return self

    def check(self, dataset: Dataset) -> None:
        """Leave JSON to schemas."""
        if dataset.task.answer == "json":
            raise ValueError(
                "output=regex: dataset.task.answer is json, which no pattern describes; say "
                "output=json output.schema=…"
            )

    def form(self, task: Task, question: Question, written: Written, lead: str) -> Form:  # noqa: ARG002
        """The same for every question."""
        return Form("regex", self.pattern, lead=lead)

    def read(
        self, completion: Completion, task: Task, question: Question, extract: Extract
    ) -> Answer:
        """Take the reply, or the first line of one that nobody held to the pattern."""
        if task.answer != "text":
            return read(completion, task, question, extract)
        text = visible(completion.text).strip()
        form = Form("regex", self.pattern)
        for said in (text, text.split("\n")[0].strip()):
            if matches(form, said) and said:
                return Answer(said)
        outcome: Outcome = "truncated" if completion.finish_reason == "length" else "unparsed"
        return Answer("", text, outcome=outcome, why="the reply does not match the pattern")
