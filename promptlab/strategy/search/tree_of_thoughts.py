"""Tree of thoughts: search for the steps of a solution, some of which are given up on the way.

Yao et al., Tree of Thoughts: Deliberate Problem Solving with Large Language Models, 2023, with the
settings of its Game of 24: three steps, the best five of which are kept, each judged three times.
Its sampled and voted form (creative writing) is `thoughts.by=sample thoughts.most=5
judgement.by=vote judgement.repeat=5 breadth=1 depth=1`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from promptlab.program import parallel
from promptlab.protocols import Program, Strategy
from promptlab.strategy.search.best import best
from promptlab.strategy.search.judgement import Judgement
from promptlab.strategy.search.thoughts import Steps, Thoughts
from promptlab.text.fence import fenced
from promptlab.types import Answer, Example, Question, Task

Traversal = Literal["bfs", "dfs"]
START: Steps = ()


@dataclass(frozen=True)
class TreeOfThoughts:
    """Grow steps, keep the most promising, and answer in the light of them.

    A step with the template's trigger in it gives an answer, and none follows it. Steps that occur
    twice are judged once. Where nothing can be grown, the question is asked as it is.

    Attributes:
        inner: Answers the question, whose context then ends with the steps.
        thoughts: What may come next.
        judgement: What steps are worth. An answer is judged as one further step.
        traversal: `bfs` grows all of the best `breadth` states by a step at a time, answers each of
            those it ends with, and takes the best answer; `dfs` follows the best first, and turns
            back where nothing promising is left, until an answer is worth more than `threshold`.
        depth: How many steps there are before the answer, at most.
        breadth: How many states are kept: of each depth (`bfs`), of what follows a state (`dfs`).
        threshold: `dfs` gives up states and answers that are worth no more.
        most: How many states `dfs` looks at, at most.
        task: What is asked.
    """

    inner: Strategy
    thoughts: Thoughts = field(default_factory=Thoughts)
    judgement: Judgement = field(default_factory=Judgement)
    traversal: Traversal = "bfs"
    depth: int = 3
    breadth: int = 5
    threshold: float = 0.01
    most: int = 100
    task: Task = Task()

    def __post_init__(self) -> None:
        """Check the bounds of the search."""
        if self.traversal not in get_args(Traversal):
            raise ValueError(f"traversal is {self.traversal!r}; expected bfs or dfs")
        if min(self.depth, self.breadth, self.most) < 1:
            raise ValueError(
                f"depth is {self.depth}, breadth is {self.breadth} and most is {self.most}; "
                "expected at least 1"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Search, and answer."""
        if self.traversal == "dfs":
            return (yield from self._depth_first(question, demos))
        states = yield from self._breadth_first(question)
        answers = yield from parallel(self._answered(question, demos, each) for each in states)
        return (yield from self._best(question, answers))

    def _breadth_first(self, question: Question) -> Program[list[Steps]]:
        """Return the states that are left after the last step, best first."""
        states = [START]
        for _ in range(self.depth):
            ended = [steps for steps in states if self.thoughts.ends(steps)]
            growing = [steps for steps in states if steps not in ended]
            grown = yield from self._grown(question, growing)
            if not grown:
                break
            ranked = yield from self._ranked(question, [*ended, *grown])
            states = [steps for steps, _ in ranked[: self.breadth]]
        return states

    def _depth_first(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Return the first answer that is worth enough; else the best there is."""
        stack, deepest, refused = [START], START, list[tuple[Answer, float]]()
        for _ in range(self.most):
            if not stack:
                break
            steps = stack.pop()
            deepest = max(deepest, steps, key=len)
            if len(steps) == self.depth or self.thoughts.ends(steps):
                answer, worth = yield from self._tried(question, demos, steps)
                if worth > self.threshold:
                    return answer
                refused.append((answer, worth))
            else:
                stack += reversed((yield from self._promising(question, steps)))
        if any(answer.outcome == "parsed" for answer, _ in refused):
            answers, scores = zip(*refused, strict=True)
            return best(answers, scores, self.task)
        return (yield from self._answered(question, demos, deepest))

    def _promising(self, question: Question, steps: Steps) -> Program[list[Steps]]:
        """Return what may follow a state and is worth more than the threshold, best first."""
        grown = yield from self._grown(question, [steps])
        ranked = yield from self._ranked(question, grown)
        return [each for each, worth in ranked[: self.breadth] if worth > self.threshold]

    def _tried(
        self, question: Question, demos: Sequence[Example], steps: Steps
    ) -> Program[tuple[Answer, float]]:
        """Answer after some steps; return what the answer is worth, too."""
        answer = yield from self._answered(question, demos, steps)
        if answer.outcome != "parsed":
            return answer, 0.0
        (worth,) = yield from self.judgement.of(self.task, question, [self._steps(answer)])
        return answer, worth

    def _grown(self, question: Question, states: Sequence[Steps]) -> Program[list[Steps]]:
        """Return every state that is a step further, each once."""
        every = yield from parallel(
            self.thoughts.following(self.task, question, steps) for steps in states
        )
        grown = [
            (*steps, thought)
            for steps, following in zip(states, every, strict=True)
            for thought in following
        ]
        return list(dict.fromkeys(grown))

    def _ranked(
        self, question: Question, states: Sequence[Steps]
    ) -> Program[list[tuple[Steps, float]]]:
        """Judge states; return them best first, and equal ones as they came."""
        worth = yield from self.judgement.of(self.task, question, states)
        return ranked(states, worth)

    def _answered(
        self, question: Question, demos: Sequence[Example], steps: Steps
    ) -> Program[Answer]:
        """Answer after some steps, which become the first of its rationale."""
        answer = yield from self.inner.solve(self.thoughts.after(question, steps), demos)
        rationale = "\n".join(filter(None, (*steps, answer.rationale)))
        return replace(answer, rationale=rationale)

    def _best(self, question: Question, answers: Sequence[Answer]) -> Program[Answer]:
        """Judge the answers after all of their steps; return the best."""
        found = [answer for answer in answers if answer.outcome == "parsed"]
        if len({answer.text for answer in found}) < 2:
            return found[0] if found else answers[0]
        worth = yield from self.judgement.of(
            self.task, question, [self._steps(each) for each in found]
        )
        return best(found, worth, self.task)

    def _steps(self, answer: Answer) -> Steps:
        """Take an answer as one further step; a program stands in a fence."""
        text = fenced(answer.text) if self.task.answer == "code" else answer.text
        return (answer.rationale, text) if answer.rationale else (text,)


def ranked(states: Sequence[Steps], worth: Sequence[float]) -> list[tuple[Steps, float]]:
    """Return states with what each is worth, best first, and equal ones as they came."""
    pairs = list(zip(states, worth, strict=True))
    return sorted(pairs, key=lambda pair: -pair[1])
