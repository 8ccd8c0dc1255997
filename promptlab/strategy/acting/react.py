"""ReAct: think, call a tool, look at what it says, and so on, until there is an answer.

Yao et al., ReAct: Synergizing Reasoning and Acting in Language Models (2023).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from promptlab.extract import Extract, read
from promptlab.program import call, generate
from promptlab.protocols import Program, Template
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

STEPS = (
    "Solve it in steps. Each step is a line `Thought:` with what you think, and a line "
    "`Action: tool[input]`; then you are told an observation. The tools are {tools}, and "
    "finish[answer] ends with the answer."
)
OBSERVED = "\nObservation:"
FINISH = "finish"
_ACTION = re.compile(r"^[ \t]*Action\s*[:：]\s*(?P<tool>\w+)\s*\[(?P<input>.*)\]\s*$", re.M | re.S)


@dataclass(frozen=True)
class ReAct:
    """Let the model think and call tools in turns.

    A tool's error, and an action that is none, are observations. The record has each call and what
    came of it. After the last step without an answer the question is unparsed.

    Attributes:
        task: What is asked.
        tools: Which tools may be called, each with what it does; the run has them under the same
            names.
        template: How it is written.
        sampling: How each step is drawn.
        steps: The most steps.
        instruction: What follows the task's own; `{tools}` in it is the list of tools.
        longest: The most characters of an observation that are shown.
    """

    task: Task
    tools: Mapping[str, str]
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=128)
    steps: int = 6
    instruction: str = STEPS
    longest: int = 1000

    def __post_init__(self) -> None:
        """Check that there are steps, and tools."""
        object.__setattr__(self, "tools", dict(self.tools))
        if self.steps < 1 or not self.tools or FINISH in self.tools:
            raise ValueError(
                f"steps is {self.steps} and tools are {', '.join(self.tools) or 'none'}; expected "
                f"at least 1 step, and at least one tool, none of which is called {FINISH}"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Think and act until there is an answer."""
        so_far = ""
        for _ in range(self.steps):
            step = yield from self._thought(question, demos, so_far)
            so_far += step
            action = _ACTION.search(step)
            if action and action["tool"].lower() == FINISH:
                said = read(Completion(action["input"]), self.task, question, Extract("first"))
                return replace(said, rationale=so_far.strip())
            observed = yield from self._observed(action)
            so_far = f"{so_far.rstrip()}{OBSERVED} {observed[: self.longest]}\n"
        why = f"no finish[…] within {self.steps} steps"
        return Answer("", so_far.strip(), outcome="unparsed", why=why)

    def _thought(self, question: Question, demos: Sequence[Example], so_far: str) -> Program[str]:
        """Ask for the next step, which ends where its action does."""
        listed = "; ".join(f"{name}[input]: {does}" for name, does in self.tools.items())
        told = self.instruction.replace("{tools}", listed)
        task = replace(
            self.task, instruction="\n".join(filter(None, (self.task.instruction, told)))
        )
        reply = f" {so_far}Thought:"
        prompt = self.template.prompt(task, question, demos, with_rationale=True, reply=reply)
        drawn = self.template.stopping(self.sampling, task, reasoned=True)
        request = Generate(prompt, replace(drawn, stop=(*drawn.stop, OBSERVED)))
        completion = yield from generate(request)
        return f"Thought:{_until_action(completion.text)}"

    def _observed(self, action: re.Match[str] | None) -> Program[str]:
        """Call the tool that an action names; what goes wrong is what is observed."""
        if action is None:
            return f"there is no action; write Action: tool[input], or {FINISH}[answer]"
        if action["tool"] not in self.tools:
            return f"there is no tool {action['tool']}; there are {', '.join(self.tools)}"
        try:
            return (yield from call(Call(action["tool"], action["input"].strip()))).text
        except RequestFailed as error:
            return f"it failed: {error}"


def _until_action(text: str) -> str:
    """Return what a model wrote as far as its first action; what it goes on with it made up."""
    lines: list[str] = []
    for line in text.splitlines():
        lines.append(line)
        if _ACTION.match(line):
            break
    return "\n".join(lines)
