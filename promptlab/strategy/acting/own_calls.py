"""Calls of tools in the form that the model was trained to write, until it answers with none.

The tools stand in the prompt as the model's chat template, or a server, has them; what the model
calls is read off its reply by whoever asked it, and results go back as turns of the role `tool`.
Schick et al., Toolformer (2023), show that a model can learn to call tools in a form of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptlab.called import Offer, ToolCall
from promptlab.extract import Extract, read
from promptlab.program import call, generate
from promptlab.protocols import Program, Template
from promptlab.strategy.acting.observed import cut, seen
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Example,
    Generate,
    Message,
    Prompt,
    Question,
    RequestFailed,
    Sampling,
    Task,
)


@dataclass(frozen=True)
class OwnCalls:
    """Let the model call tools until it answers.

    Attributes:
        task: What is asked, with what it is told of tools.
        offers: The tools.
        template: How it is written.
        sampling: How each step is drawn.
        steps: The most steps.
        longest: The most characters of a result that are shown.
    """

    task: Task
    offers: tuple[Offer, ...]
    template: Template
    sampling: Sampling
    steps: int
    longest: int

    def solved(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask, call and show what came of it, until a reply calls nothing.

        Raises:
            ValueError: the template writes no turns.
        """
        prompt, thoughts = self._prompt(question, demos), list[str]()
        drawn = self.template.stopping(self.sampling, self.task, reasoned=True)
        for _ in range(self.steps):
            completion = yield from generate(Generate(prompt, drawn))
            thoughts.append(completion.shown.strip())
            if not completion.calls:
                told = seen(question, "\n".join(thoughts))
                said = read(completion, self.task, told, Extract())
                return replace(said, rationale="\n".join(filter(None, thoughts)))
            reply, *results = yield from self._turns(completion)
            thoughts += [turn.content for turn in results]
            prompt = replace(prompt, messages=(*_with_reply(prompt, reply), *results))
        why = f"no answer without a call within {self.steps} steps"
        return Answer("", "\n".join(filter(None, thoughts)), outcome="unparsed", why=why)

    def _prompt(self, question: Question, demos: Sequence[Example]) -> Prompt:
        """Write the turns, and offer the tools beside them."""
        prompt = self.template.prompt(self.task, question, demos, with_rationale=True)
        if any(message.role == "text" for message in prompt.messages):
            raise ValueError(
                f"strategy.calls is own, and template={self.template.name} writes one text; a "
                "model calls tools in turns: expected template=chat_v1 or another of turns, or "
                "strategy.calls=text"
            )
        return replace(prompt, tools=self.offers)

    def _turns(self, completion: Completion) -> Program[Sequence[Message]]:
        """Return a reply as a turn, and what came of its calls.

        Templates and servers take calls apart that are none: such a reply goes back as it was
        written, and what is wrong with it as a turn of the user.
        """
        if any(each.broken for each in completion.calls):
            # A server tells calls apart from the text also where they cannot be read.
            whole = all(each.arguments in completion.text for each in completion.calls)
            said = Message("assistant", completion.text if whole else completion.shown)
            return said, Message("user", self._expected(completion.calls))
        turns = [Message("assistant", completion.text, completion.calls)]
        for each in completion.calls:
            result = yield from self._result(each)
            turns.append(Message("tool", cut(result, self.longest), (each,)))
        return turns

    def _result(self, made: ToolCall) -> Program[str]:
        """Call a tool; what goes wrong is its result."""
        offer = next((offer for offer in self.offers if offer.name == made.name), None)
        if offer is None:
            return f"there is no tool {made.name}; there are {self._names}"
        if wrong := misfit(offer, made):
            return wrong
        try:
            return (yield from call(Call(made.name, _input(offer, made)))).text
        except RequestFailed as error:
            return f"it failed: {error}"

    def _expected(self, calls: Sequence[ToolCall]) -> str:
        """Say why nothing was called."""
        first = next(each for each in calls if each.broken)
        shown = " ".join(filter(None, (first.name, first.arguments)))[:100]
        return (
            f"this call could not be read, so nothing was called: {shown}\nExpected the name of a "
            f"tool ({self._names}) and a JSON object of its arguments."
        )

    @property
    def _names(self) -> str:
        return ", ".join(offer.name for offer in self.offers)


def misfit(offer: Offer, made: ToolCall) -> str:
    """Say which arguments are missing, or are none of the tool's; empty where all fit."""
    given, known = made.given or {}, offer.schema.get("properties")
    missing = [name for name in offer.schema.get("required") or () if name not in given]
    unknown = [name for name in given if isinstance(known, dict) and name not in known]
    if not missing and not unknown:
        return ""
    wrong = [f"{', '.join(missing)} is missing"] if missing else []
    wrong += [f"{', '.join(unknown)} is no argument of it"] if unknown else []
    return (
        f"{offer.name} was not called: {'; '.join(wrong)}; expected arguments of the schema "
        f"{offer.parameters}"
    )


def _input(offer: Offer, made: ToolCall) -> str:
    """Write the arguments as the tool's text: itself where the tool takes one text, else JSON."""
    given = made.given or {}
    if offer.parameters != Offer(offer.name).parameters:
        return json.dumps(given, ensure_ascii=False)
    value = given["input"]
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _with_reply(prompt: Prompt, reply: Message) -> tuple[Message, ...]:
    """Add a reply to its prompt, which may end in the reply's beginning."""
    *before, last = prompt.messages
    if last.role == "assistant":
        return (*before, replace(reply, content=last.content + reply.content))
    return (*prompt.messages, reply)
