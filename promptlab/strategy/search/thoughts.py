"""What may come next: the thoughts that a tree of thoughts grows by.

Yao et al., Tree of Thoughts: Deliberate Problem Solving with Large Language Models, 2023.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from promptlab.program import parallel, redraw
from promptlab.protocols import Program, Template
from promptlab.strategy.thought.first_asked import asking, informed, written
from promptlab.strategy.voting.vote import check_draws
from promptlab.template import QA
from promptlab.types import Question, Sampling, Task

By = Literal["propose", "sample"]
Steps = tuple[str, ...]

PROPOSE = (
    "What could be the next step towards the solution? Write different possible next steps, each "
    "on one line of its own and each complete, and nothing else."
)
SAMPLE = "Write the next step towards the solution, and nothing else."
# "- ", "1. ", "(2) " and "3、" number a step; the "1.5" and the "-4" of a sum belong to it.
_MARK = re.compile(r"^\s*(?:[-*•·]\s+|\(?\d{1,2}[.):]\s+|\d{1,2}、\s*)")


@dataclass(frozen=True)
class Thoughts:
    """Ask what could come after the steps so far.

    Attributes:
        by: `propose` asks for different ones in one reply, a line each; `sample` draws as many
            replies, each of which is one.
        propose: What asks for several.
        sample: What asks for one.
        most: How many there are at most.
        heading: What stands above the steps so far.
        template: How it is asked.
        sampling: How it is drawn.
    """

    by: By = "propose"
    propose: str = PROPOSE
    sample: str = SAMPLE
    most: int = 10
    heading: str = "Steps so far:"
    template: Template = QA
    sampling: Sampling = Sampling(temperature=0.7, max_tokens=256)

    def __post_init__(self) -> None:
        """Check how many there are, and that draws may differ."""
        if self.by not in get_args(By):
            raise ValueError(f"by is {self.by!r}; expected propose or sample")
        check_draws(self.most, self.sampling.temperature if self.by == "sample" else 1.0, "most")

    def following(self, task: Task, question: Question, steps: Steps) -> Program[list[str]]:
        """Ask for the thoughts that may follow some steps; none is blank, and none comes twice."""
        told = self.after(question, steps)
        if self.by == "propose":
            reply = yield from self._written(asking(task, self.propose), told)
            found = [_MARK.sub("", line, count=1).strip() for line in reply.splitlines()]
        else:
            found = yield from parallel(
                redraw(
                    self._written(asking(task, self.sample), told),
                    temperature=self.sampling.temperature,
                    draw=draw,
                )
                for draw in range(self.most)
            )
        return list(dict.fromkeys(filter(None, found)))[: self.most]

    def after(self, question: Question, steps: Sequence[str]) -> Question:
        """Return the question with the steps so far to be read before it."""
        return informed(question, self.heading, *steps) if steps else question

    def ends(self, steps: Steps) -> bool:
        """Say whether the last step gives an answer, so that none has to follow."""
        trigger = self.template.trigger.strip()
        return bool(steps and trigger) and trigger.casefold() in steps[-1].casefold()

    def _written(self, task: Task, told: Question) -> Program[str]:
        sampling = self.template.stopping(self.sampling, task)
        return written(self.template.prompt(task, told), sampling)
