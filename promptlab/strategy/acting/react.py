"""ReAct: think, call a tool, look at what it says, and so on, until there is an answer.

Yao et al., ReAct: Synergizing Reasoning and Acting in Language Models (2023).
Calls are lines of text, as there, or have the form that the model was trained to write
(`own_calls.py`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

from promptlab.called import Offer
from promptlab.extract import Extract, read
from promptlab.index.ranked import Ranked
from promptlab.program import call, generate, lifted
from promptlab.protocols import Program, Selection, TakesArguments, Template, Tool
from promptlab.strategy.acting.observed import cut, seen
from promptlab.strategy.acting.own_calls import OwnCalls
from promptlab.strategy.long_answer import lengthened
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
OWN = (
    "Call the tools that help you, and look at what they return. Once you know the answer, call "
    'none, and end with "{trigger} …".'
)
Calls = Literal["text", "own"]
FINISH = "finish"
FIRST = Extract("first")
_BEFORE = r"(?:^|[.!?。！？][ \t]+|[:：]\s*|[ \t]\*+)"
_BEGUN = rf"{_BEFORE}\**Action(?:[ \t]+\d+)?\**\s*[:：]\**\s*(?P<tool>[\w.-]+)\s*\["
_ACTION = re.compile(rf"{_BEGUN}(?P<input>.*)\][\s.。*]*$", re.M | re.S)
_UNCLOSED = re.compile(rf"{_BEGUN}(?P<input>[^\[\]]*)\Z", re.M | re.S)
_BEGINS = re.compile(_BEGUN)
_FENCED = r"^[ \t]*```.*?(?:^[ \t]*```|\Z)|```.*?```"
_QUOTED = re.compile(rf"{_FENCED}|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.M | re.S)
"""Fences and texts of a program: brackets within them close nothing."""


@dataclass(frozen=True)
class ReAct:
    """Let the model think and call tools in turns.

    A demonstration is shown as a thought, its rationale, and the action that ends with its answer.
    A tool's error, and an action that is none, are observations. The record has each call and what
    came of it. After the last step without an answer the question is unparsed.

    Attributes:
        task: What is asked.
        tools: Which tools may be called, each with what it does, or as it is, which says that
            itself; the run has them under the same names.
        template: How it is written.
        sampling: How each step is drawn.
        long_tokens: The most new tokens of a step where the answer has several lines, such as code,
            if `sampling` gives fewer.
        steps: The most steps.
        instruction: What follows the task's own; `{tools}` in it is the list of tools.
        longest: The most characters of an observation that are shown.
        calls: `text` has the model write an action as a line of text; `own` hands it the tools in
            its chat template's own form, or as a server's `tools`, and reads its calls as it
            writes them. This needs a template of turns, such as chat_v1.
        own_instruction: What follows the task's instruction where calls are the model's own;
            `{trigger}` in it is what the template puts before an answer.
        offered: How many of the tools a question is offered: those whose names and descriptions
            `search` ranks first for it. None offers all.
        search: Ranks them, as a pool whose members' context they are; its own k does not count, and
            is best 0.
        known: The run's tools: what those of `tools` that are told in words take as arguments,
            where calls are the model's own.
    """

    task: Task
    tools: Mapping[str, str | Tool]
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=128)
    long_tokens: int = 512
    steps: int = 6
    instruction: str = STEPS
    longest: int = 1000
    calls: Calls = "text"
    own_instruction: str = OWN
    offered: int | None = None
    search: Selection | None = None
    known: Mapping[str, Tool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that there are steps, and tools, and a way to choose among these."""
        object.__setattr__(self, "tools", dict(self.tools))
        if self.calls not in get_args(Calls):
            raise ValueError(f"calls is {self.calls!r}; expected one of {get_args(Calls)}")
        if not self.tools:
            raise ValueError("there are no tools to call; expected one or more: tool=calculator")
        if self.steps < 1 or FINISH in self.tools:
            raise ValueError(
                f"steps is {self.steps} and tools are {', '.join(self.tools)}; expected at least 1 "
                f"step, and no tool that is called {FINISH}"
            )
        if self.offered is not None and (self.offered < 1 or self.search is None):
            raise ValueError(
                f"offered is {self.offered} and search is {self.search}; expected at least 1 tool, "
                "and a selection that ranks the tools, as knn does"
            )

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Think and act until there is an answer.

        Raises:
            ValueError: a tool cannot say what it does, the tools cannot be ranked, or calls are the
                model's own and the template writes no turns.
        """
        so_far, tools = "", (yield from self._offered(question))
        if self.calls == "own":
            return (yield from self._own(tools).solved(question, demos))
        for _ in range(self.steps):
            step = yield from self._thought(question, demos, tools, so_far)
            so_far += step
            action = _ACTION.search(step) or _UNCLOSED.search(step)
            if action and action["tool"].lower() == FINISH:
                said = read(Completion(action["input"]), self.task, seen(question, so_far), FIRST)
                return replace(said, rationale=so_far.strip())
            observed = yield from self._observed(action, tools)
            so_far = f"{so_far.rstrip()}{OBSERVED} {cut(observed, self.longest)}\n"
        why = f"no finish[…] within {self.steps} steps"
        return Answer("", so_far.strip(), outcome="unparsed", why=why)

    def _own(self, tools: Mapping[str, str]) -> OwnCalls:
        """Return how these tools are called in the model's own form."""
        offers = tuple(self._offer(name, does) for name, does in tools.items())
        told = self.own_instruction.replace("{trigger}", self.template.trigger)
        instruction = "\n".join(filter(None, (self.task.instruction, told)))
        task = replace(self.task, instruction=instruction)
        return OwnCalls(task, offers, self.template, self._drawn, self.steps, self.longest)

    @property
    def _drawn(self) -> Sampling:
        return lengthened(self.sampling, self.long_tokens, lines=self.task.lines)

    def _offer(self, name: str, does: str) -> Offer:
        """Offer a tool with the arguments that it says it takes, or with one text."""
        told = self.tools[name]
        tool: object = self.known.get(name) if isinstance(told, str) else told
        if isinstance(tool, TakesArguments):
            return Offer(name, does, tool.parameters)
        return Offer(name, does)

    def _offered(self, question: Question) -> Program[Mapping[str, str]]:
        """Return what the tools do that are offered, in the order in which all are named."""
        if self.offered is None or self.offered >= len(self._does):
            return self._does
        hits = yield from lifted(self._ranked.ranked(question, self.offered))
        names = list(self._does)
        return {names[place]: self._does[names[place]] for place in sorted(h.index for h in hits)}

    @cached_property
    def _does(self) -> Mapping[str, str]:
        """What each tool does."""
        told = self.tools.items()
        return {name: it if isinstance(it, str) else it.description for name, it in told}

    @cached_property
    def _ranked(self) -> Ranked:
        """The selection, fitted to the tools."""
        every = [
            Example(Question(f"tool {name}", "", context=f"{name}: {does}"), "")
            for name, does in self._does.items()
        ]
        fitted: object = self.search.fit(every) if self.search else None
        if not isinstance(fitted, Ranked):  # nor is a program, which asks a model
            raise ValueError(
                f"strategy.search is {type(self.search).__name__}, which asks a model or hands on "
                "no ranking; expected one that ranks by itself, as knn and bm25 do"
            )
        return fitted

    def _thought(
        self, question: Question, demos: Sequence[Example], tools: Mapping[str, str], so_far: str
    ) -> Program[str]:
        """Ask for the next step, which ends where its action does."""
        listed = "; ".join(f"{name}[input]: {does}" for name, does in tools.items())
        told = self.instruction.replace("{tools}", listed)
        task = replace(
            self.task, instruction="\n".join(filter(None, (self.task.instruction, told)))
        )
        reply = f" {so_far}Thought:"
        free, shown = replace(task, answer="text"), list(map(_acted, demos))
        prompt = self.template.prompt(free, question, shown, reply=reply)
        drawn = self.template.stopping(self._drawn, task, reasoned=True)
        request = Generate(prompt, replace(drawn, stop=(*drawn.stop, OBSERVED)))
        completion = yield from generate(request)
        return f"Thought:{_until_action(completion.text)}"

    def _observed(self, action: re.Match[str] | None, tools: Mapping[str, str]) -> Program[str]:
        """Call the tool that an action names; what goes wrong is what is observed."""
        if action is None:
            return f"there is no action; write Action: tool[input], or {FINISH}[answer]"
        name = {each.lower(): each for each in tools}.get(action["tool"].lower())
        if name is None:
            return f"there is no tool {action['tool']}; there are {', '.join(tools)}"
        try:
            return (yield from call(Call(name, action["input"].strip()))).text
        except RequestFailed as error:
            return f"it failed: {error}"


def _acted(demo: Example) -> Example:
    """Show a demonstration in the form that is asked for."""
    thought = " ".join(demo.rationale.split())
    told = f"Thought: {thought}\n" if thought else ""
    return replace(demo, answer=f"{told}Action: {FINISH}[{demo.answer}]", rationale="")


def _until_action(text: str) -> str:
    """Return what a model wrote as far as its first action; what it goes on with it made up.

    An action ends with the line that closes its bracket; where none does, with the first that ends
    in one.
    """
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if _BEGINS.search(line)), None)
    if start is None:
        return "\n".join(lines)
    ends = [
        place for place in range(start, len(lines)) if lines[place].rstrip(" .。*").endswith("]")
    ]
    closed = (end for end in ends if _is_closed("\n".join(lines[start : end + 1])))
    end = next(closed, ends[0] if ends else len(lines) - 1)
    return "\n".join(lines[: end + 1])


def _is_closed(action: str) -> bool:
    bare = _QUOTED.sub("", action)
    return bare.count("[") <= bare.count("]")
