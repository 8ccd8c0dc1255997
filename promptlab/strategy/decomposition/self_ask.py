"""Self-ask: the model asks itself follow-up questions, which are answered one by one.

Press et al., Measuring and Narrowing the Compositionality Gap in Language Models (2023), whose
words these are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from promptlab.extract import Extract, read
from promptlab.program import call, generate
from promptlab.protocols import Program, Strategy, Template
from promptlab.strategy.acting.observed import seen
from promptlab.strategy.decomposition.simpler_task import asked_as
from promptlab.strategy.long_answer import lengthened
from promptlab.strategy.thought.first_asked import said
from promptlab.template import QA
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Example,
    Generate,
    Question,
    RequestFailed,
    Sampling,
    Task,
)


@dataclass(frozen=True)
class SelfAsk:
    """Let the model ask follow-up questions until it gives the final answer.

    Each is answered by `step`, apart, or by a tool that searches; an answer that cannot be had is
    told as such. A reply that neither asks nor ends is the end: the final answer is then asked for.

    Attributes:
        task: What is asked; follow-up questions are not asked as it.
        step: Answers the follow-up questions, as free text.
        search: The name of a tool that answers them in its place; empty: none.
        template: How it is written.
        sampling: How each reply is drawn.
        long_tokens: The most new tokens of a reply where the answer has several lines, such as
            code, if `sampling` gives fewer.
        most: How many follow-up questions are asked.
        opening: How the reply begins.
        follow_up: What stands before a follow-up question.
        between: What stands before its answer.
        final: What stands before the final answer.
    """

    task: Task
    step: Strategy
    search: str = ""
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=64)
    long_tokens: int = 512
    most: int = 4
    opening: str = "Are follow up questions needed here:"
    follow_up: str = "Follow up:"
    between: str = "Intermediate answer:"
    final: str = "So the final answer is:"

    def __post_init__(self) -> None:
        """Check the number."""
        if self.most < 1:
            raise ValueError(f"most is {self.most}; expected at least 1")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask for follow-up questions and their answers, and for the final one."""
        so_far = self.opening
        for _ in range(self.most):
            said = yield from self._goes_on(question, demos, so_far)
            if self.final in said:
                before, _, after = said.partition(self.final)
                return self._read(after, question, f"{so_far}{before}")
            asked = re.search(rf"{re.escape(self.follow_up)}\s*(\S[^\n]*)", said)
            so_far += said[: asked.end()] if asked else said.rstrip()
            if asked is None:
                break
            told = yield from self._told(asked[1].strip(), question)
            so_far = f"{so_far}\n{self.between} {told}\n"
        led = f"{so_far.rstrip()}\n{self.final}"
        said = yield from self._goes_on(question, demos, led)
        return self._read(said, question, led)

    def _goes_on(self, question: Question, demos: Sequence[Example], so_far: str) -> Program[str]:
        """Ask how the reply goes on, as far as the answer to a follow-up question."""
        prompt = self.template.prompt(
            self.task, question, demos, with_rationale=True, reply=f" {so_far}"
        )
        sampling = lengthened(self.sampling, self.long_tokens, lines=self.task.lines)
        drawn = self.template.stopping(sampling, self.task, reasoned=True)
        stops = (*drawn.stop, f"\n{self.between}")
        completion = yield from generate(Generate(prompt, replace(drawn, stop=stops)))
        return completion.text

    def _told(self, asked: str, question: Question) -> Program[str]:
        """Return the answer to a follow-up question, on one line."""
        try:
            if self.search:
                found = (yield from call(Call(self.search, asked))).text
            else:
                follow = replace(question, text=asked, choices=())
                answer = yield from self._step.solve(follow, ())
                found = said(answer)
        except RequestFailed as failure:
            found = f"unknown: {failure}"
        return " ".join(found.split()) or "unknown"

    @cached_property
    def _step(self) -> Strategy:
        return asked_as(self.step, self.task, Task())

    def _read(self, said: str, question: Question, rationale: str) -> Answer:
        answer = read(Completion(said), self.task, seen(question, rationale), Extract("first"))
        return replace(answer, rationale=rationale.strip())
