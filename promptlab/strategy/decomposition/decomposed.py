"""Decomposed prompting: simpler questions, each of a kind, and each kind answered in its own way.

Khot et al., Decomposed Prompting: A Modular Approach for Solving Complex Tasks (2023), with an
instruction in the place of the paper's examples of how a task is taken apart. There the last
answer is the task's; here the question is asked at the end, so that it is answered as its task
wants. What the paper does for every element of a list is not there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from promptlab.extract.thinking import visible
from promptlab.program import asked_of, generate
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.decomposition.simpler_task import asked_as
from promptlab.strategy.thought.first_asked import informed, said
from promptlab.template import QA
from promptlab.types import Answer, Example, Generate, Question, Sampling, Task

TAKE_APART = (
    "Take the question apart into simpler ones, and ask them one after another. Each is a line "
    "`[kind] question`; then you are told its answer, for which #1, #2 and so on stand in later "
    "ones. The kinds are {kinds}. Write [end] when nothing more has to be asked."
)
TOLD = "\nAnswer:"
END = "end"
_ASKED = re.compile(r"[\[［【](?P<kind>[^\[\]］】\n]{1,40})[\]］】][:：]?(?P<asked>[^\n]*)")
_EARLIER = re.compile(r"[#＃](\d{1,3})")


@dataclass(frozen=True)
class Decomposed:
    """Let the model ask simpler questions until it has no more, then answer the one asked.

    A kind that is not there is told as such. A reply that asks nothing is the end.

    Attributes:
        inner: Answers the question, whose context then ends with the simpler ones and their
            answers.
        strategies: Answers the simpler ones, by kind; each is asked it alone, in the question's own
            context.
        kinds: What each kind is for.
        tasks: What the questions of a kind are asked as: free text, if nothing is said.
        task: What the question itself is asked as; strategies of its own kinds are not.
        take_apart: The instruction that asks for the simpler questions; `{kinds}` in it is the list
            of kinds.
        most: How many lines the model may ask, those of no kind included.
        role: Who takes the question apart: the model under test, or `writer`.
        template: How the simpler questions are asked for.
        sampling: How each is drawn.
    """

    inner: Strategy
    strategies: Mapping[str, Strategy]
    kinds: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    task: Task = Task()
    take_apart: str = TAKE_APART
    most: int = 6
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=64)

    def __post_init__(self) -> None:
        """Check that there are kinds, and questions."""
        if self.most < 1 or not self.strategies or END in self.strategies:
            raise ValueError(
                f"most is {self.most} and strategies are {', '.join(self.strategies) or 'none'}; "
                f"expected at least 1 question, and at least one kind, none of which is {END}"
            )
        for name, told in (("kinds", self.kinds), ("tasks", self.tasks)):
            if unknown := [kind for kind in told if kind not in self.strategies]:
                raise ValueError(
                    f"{name} names {', '.join(unknown)}, and strategies are "
                    f"{', '.join(self.strategies)}; expected kinds that have a strategy"
                )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for simpler questions one by one, for their answers, and for the answer."""
        so_far = ""
        known: list[str] = []
        answers: list[str] = []
        for _ in range(self.most):
            said = yield from asked_of(self.role, self._goes_on(question, so_far))
            line = _ASKED.search(said)
            kind = line["kind"].strip().lower() if line else END
            if line is None or not line["asked"].strip() or kind == END:
                break
            asked = referred(line["asked"].strip(), answers)
            told = yield from self._told(kind, asked, question)
            if kind in self._by_name:
                answers.append(told)
                known += [asked, told]
            so_far += f"{line[0].rstrip()}{TOLD} {told}\n"
        return (yield from self.inner.solve(informed(question, *known), demos))

    def _goes_on(self, question: Question, so_far: str) -> Program[str]:
        """Ask for the next line."""
        listed = "; ".join(
            f"[{kind}]{f' for {does}' if (does := self.kinds.get(kind)) else ''}"
            for kind in self.strategies
        )
        task = Task(self.take_apart.replace("{kinds}", listed))
        reply = f" {so_far}" if so_far else ""
        prompt = self.template.prompt(task, question, reply=reply)
        drawn = self.template.stopping(self.sampling, task, reasoned=True)
        stopped = replace(drawn, stop=(*drawn.stop, TOLD))
        completion = yield from generate(Generate(prompt, stopped))
        return visible(completion.text)

    def _told(self, kind: str, asked: str, question: Question) -> Program[str]:
        """Return a simpler question's answer, on one line."""
        strategy = self._by_name.get(kind)
        if strategy is None:
            return f"there is no kind {kind}; there are {', '.join(self.strategies)}"
        simpler = replace(question, text=asked, choices=())
        answer = yield from strategy.solve(simpler, ())
        return " ".join(said(answer).split()) or "unknown"

    @cached_property
    def _by_name(self) -> Mapping[str, Strategy]:
        return {
            kind.lower(): asked_as(strategy, self.task, self.tasks.get(kind, Task()))
            for kind, strategy in self.strategies.items()
        }


def referred(asked: str, answers: Sequence[str]) -> str:
    """Put earlier answers in the place of the numbers that stand for them: `#1` for the first."""

    def earlier(number: re.Match[str]) -> str:
        place = int(number[1])
        return answers[place - 1] if 0 < place <= len(answers) else number[0]

    return _EARLIER.sub(earlier, asked)
