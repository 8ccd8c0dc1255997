"""Reflexion: after an attempt that seems wrong the model reflects, and remembers that.

Shinn et al., Reflexion: Language Agents with Verbal Reinforcement Learning, 2023, with a memory of
three reflections. There an attempt at a question is compared with its right answer; here whoever is
asked says whether it seems right, since a right answer is never at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.program import asked_of
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.refinement.attempt import attempted
from promptlab.strategy.search.verdict import CHECK, verdict
from promptlab.strategy.thought.first_asked import asking, informed, written
from promptlab.strategy.voting.response import response
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

REFLECT = (
    "Here are a question and an attempt at it that did not succeed. Say in a few sentences what "
    "most likely went wrong, and what to do otherwise the next time. Do not answer the question."
)


@dataclass(frozen=True)
class Reflexion:
    """Attempt, evaluate, reflect, and attempt again with the reflections in mind.

    An attempt without an answer is wrong whoever is asked; a verdict that is neither yes nor no
    ends it, and so does an empty reflection. The last attempt that had an answer is the answer.

    Attributes:
        inner: Attempts; from the second time on the question's context ends with reflections.
        attempts: How many attempts at most.
        memory: How many reflections are shown: the last ones.
        evaluate: What asks whether an attempt is right.
        reflect: The instruction that asks for a reflection.
        attempt: What stands before an attempt that is reflected on.
        remembered: What stands before each reflection.
        role: Who evaluates: the model under test, or `judge`.
        task: What is asked.
        template: How verdicts and reflections are asked for.
        sampling: How a reflection is drawn.
        judging: How a verdict is drawn.
    """

    inner: Strategy
    attempts: int = 3
    memory: int = 3
    evaluate: str = CHECK
    reflect: str = REFLECT
    attempt: str = "The attempt:"
    remembered: str = "What an earlier attempt taught:"
    role: str = "model"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=128)
    judging: Sampling = Sampling(max_tokens=8)

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.attempts < 1 or self.memory < 1:
            raise ValueError(
                f"attempts is {self.attempts} and memory is {self.memory}; expected at least 1"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Attempt until an attempt seems right, or attempts have run out."""
        memory: list[str] = []
        answer = tried = yield from self.inner.solve(question, demos)
        while len(memory) + 1 < self.attempts and (yield from self._is_wrong(question, tried)):
            reflection = yield from self._reflection(question, tried, memory)
            if not reflection:
                break
            memory.append(f"{self.remembered} {reflection}")
            told = informed(question, *memory[-self.memory :])
            tried = yield from self.inner.solve(told, demos)
            answer = tried if tried.outcome == "parsed" else answer
        return answer

    def _is_wrong(self, question: Question, tried: Answer) -> Program[bool]:
        if tried.outcome != "parsed":
            return True
        task = replace(asking(self.task, self.evaluate), multiline=False)
        solution = response(tried, question, self.task, self.template)
        asked = verdict(task, question, solution, self.template, self.judging)
        return (yield from asked_of(self.role, asked)) is False

    def _reflection(self, question: Question, tried: Answer, memory: Sequence[str]) -> Program[str]:
        task = asking(self.task, self.reflect)
        said = f"{self.attempt} {attempted(tried, self.task)}"
        told = informed(question, *memory[-self.memory :], said)
        return written(
            self.template.prompt(task, told), self.template.stopping(self.sampling, task)
        )
