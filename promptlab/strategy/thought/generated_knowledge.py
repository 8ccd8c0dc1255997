"""Generated knowledge: draw statements, answer with each, and take the surest answer or a vote.

Liu et al., Generated Knowledge Prompting for Commonsense Reasoning, 2022. The paper shows five
examples of knowledge for each data set; here an instruction asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from promptlab.program import asked_of, parallel, redraw
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.likelihood import with_likelihood
from promptlab.strategy.thought.first_asked import informed, written
from promptlab.strategy.voting.vote import Vote, check_draws
from promptlab.template import QA
from promptlab.types import Answer, Example, Question, Sampling, Task

Decide = Literal["confidence", "vote"]

GENERATE = "Generate some knowledge about the input."


@dataclass(frozen=True)
class GeneratedKnowledge:
    """Let the role `writer` draw statements, and answer the question with each and with none.

    The writer is the model under test, unless a run names another. An empty statement is left out,
    and one that was drawn before.

    Attributes:
        inner: Answers the question, whose context then ends with one statement; `choose` as in the
            paper.
        decide: `confidence` takes the answer with the highest probability: its share where the
            inner strategy ranks answers, as `choose` does, else that of the tokens of its reply.
            Answers whose probability is not known vote, as all do with `vote`.
        samples: How many statements are drawn.
        knowledge: The instruction that asks for a statement.
        opening: How that reply begins, and what stands before the statement.
        task: What is asked, which says when two answers are the same.
        template: How statements are asked for.
        sampling: How each is drawn; its temperature is above 0.
    """

    inner: Strategy
    decide: Decide = "confidence"
    samples: int = 20
    knowledge: str = GENERATE
    opening: str = " Knowledge:"
    task: Task = Task()
    template: Template = QA
    sampling: Sampling = Sampling(temperature=1.0, top_p=0.5, max_tokens=64)

    def __post_init__(self) -> None:
        """Check the settings of the draws."""
        check_draws(self.samples, self.sampling.temperature)
        if self.decide not in ("confidence", "vote"):
            raise ValueError(f"decide is {self.decide!r}; expected confidence or vote")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Draw the statements in one batch, answer with all in another, then decide."""
        statements = yield from parallel(self._drawn(question, n) for n in range(self.samples))
        heading = self.opening.strip()
        told = [
            informed(question, f"{heading} {each}") for each in dict.fromkeys(statements) if each
        ]
        answered = yield from parallel(
            with_likelihood(self.inner.solve(each, demos)) for each in (question, *told)
        )
        voted = Vote(task=self.task).winner([answer for answer, _ in answered], question.id)
        best = self._surest(answered)
        return replace(best, votes=voted.votes) if best else voted

    def _drawn(self, question: Question, draw: int) -> Program[str]:
        task = Task(self.knowledge)
        prompt = self.template.prompt(task, question, reply=self.opening)
        statement = written(prompt, self.template.stopping(self.sampling, task))
        temperature = self.sampling.temperature
        return redraw(asked_of("writer", statement), temperature=temperature, draw=draw)

    def _surest(self, answered: Sequence[tuple[Answer, float | None]]) -> Answer | None:
        """Return the answer of the highest probability; of equal ones the first."""
        found = [each for each in answered if each[0].outcome == "parsed"]
        sure = [(_share(answer, likelihood), answer) for answer, likelihood in found]
        known = [(share, answer) for share, answer in sure if share is not None]
        if self.decide == "vote" or not known or len(known) < len(found):
            return None
        return max(known, key=lambda each: each[0])[1]


def _share(answer: Answer, likelihood: float | None) -> float | None:
    total = sum(weight for _, weight in answer.votes)
    return answer.votes[0][1] / total if total > 0 else likelihood
