"""A judge: a model reads the answer and says how good it is, by a rubric and a scale.

Zheng et al., Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, 2023: single-answer grading,
here with the gold answer as reference where there is one.
"""

from dataclasses import dataclass
from typing import ClassVar

from promptlab.extract import Extract, read
from promptlab.program import asked_of, generate
from promptlab.protocols import Program, Template
from promptlab.template import QA
from promptlab.types import Answer, Example, Generate, Question, RequestFailed, Sampling, Task

RUBRIC = (
    "You are a fair judge. Grade how well the answer solves the question, by a whole number from "
    "{worst} (wrong or useless) to {best} (right and complete). Reply with the number alone."
)
_NUMBER = Task(answer="number")


@dataclass(frozen=True)
class Judge:
    """Ask the role `judge` for a grade, and return it on a scale from 0 to 1.

    The judge is the model under test, unless a run names another. An answer that was not read is 0,
    and nobody is asked about it.

    Attributes:
        template: How it is written; its cue asks for the grade.
        rubric: The instruction; it may name `{worst}` and `{best}`.
        worst: The lowest grade.
        best: The highest.
        sampling: How the grade is drawn.
    """

    template: Template = QA
    rubric: str = RUBRIC
    worst: int = 1
    best: int = 5
    sampling: Sampling = Sampling(max_tokens=16)

    without_gold: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the scale."""
        if not self.worst < self.best:
            raise ValueError(
                f"worst is {self.worst} and best is {self.best}; expected a smaller number and "
                "then a larger one"
            )

    def __call__(self, answer: Answer, example: Example) -> Program[float]:
        """Ask for the grade; raise `RequestFailed` where the reply is none."""
        if answer.outcome != "parsed":
            return 0.0
        scale = {"worst": str(self.worst), "best": str(self.best)}
        task = Task(self.rubric.format(**scale))
        question = Question(example.id, grading_text(answer, example))
        sampling = self.template.stopping(self.sampling, task)
        request = Generate(self.template.prompt(task, question), sampling)
        reply = yield from asked_of("judge", generate(request))
        grade = read(reply, _NUMBER, question, Extract(policy="first")).text
        if not grade or not self.worst <= float(grade) <= self.best:
            raise RequestFailed(
                f"the judge says {reply.text[:80]!r}; expected a number from {self.worst} to "
                f"{self.best}"
            )
        return (float(grade) - self.worst) / (self.best - self.worst)


def grading_text(answer: Answer, example: Example) -> str:
    """Write what is graded: the question, the gold answer where it is known, and the answer."""
    question = example.question
    lines = [question.context, question.text, *question.choices]
    reference = [f"Reference answer: {example.answer}"] if example.answer else []
    return "\n".join([*filter(None, lines), *reference, f"Answer to be graded: {answer.text}"])
