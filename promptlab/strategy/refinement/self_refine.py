"""Self-refine: the model says what is wrong with its answer, and answers again.

Madaan et al., Self-Refine: Iterative Refinement with Self-Feedback (2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.program import asked_of
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.refinement.attempt import attempted
from promptlab.strategy.thought.first_asked import informed, written
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

CRITICISE = (
    "Here are a question and an answer to it. Say what is wrong with the answer, if anything is; "
    "if it is right, say only: It is correct."
)


@dataclass(frozen=True)
class SelfRefine:
    """Answer, have it criticised, and answer again in the light of that, until nothing is wrong.

    Attributes:
        inner: Answers; the second time the question's context ends with the answer before and what
            was said of it.
        criticise: The instruction that asks for criticism.
        right: What the criticism says, in capitals or not, where nothing is wrong.
        rounds: How often it is criticised at most.
        role: Who criticises: the model under test, or `judge`.
        template: How criticism is asked for.
        sampling: How it is drawn.
        task: What is asked.
    """

    inner: Strategy
    criticise: str = CRITICISE
    right: str = "it is correct"
    rounds: int = 2
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=128)
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the number of rounds, and that criticism can end."""
        if self.rounds < 1 or not self.right.strip():
            raise ValueError(
                f"rounds is {self.rounds} and right is {self.right!r}; expected at least 1, and "
                "what is said where nothing is wrong"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Answer, and answer again as long as something is wrong."""
        answer = yield from self.inner.solve(question, demos)
        for _ in range(self.rounds):
            said = attempted(answer, self.task)
            wrong = yield from asked_of(self.role, self._criticism(question, said))
            if not wrong or self.right.casefold() in wrong.casefold():
                return answer
            told = informed(question, f"An earlier answer: {said}", f"What is wrong: {wrong}")
            again = yield from self.inner.solve(told, demos)
            answer = again if again.outcome == "parsed" else answer
        return answer

    def _criticism(self, question: Question, said: str) -> Program[str]:
        task = Task(self.criticise, multiline=True)
        shown = informed(question, f"An answer to the question below: {said}")
        return written(
            self.template.prompt(task, shown), self.template.stopping(self.sampling, task)
        )
