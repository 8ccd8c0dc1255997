"""A DSPy program's prompt: what one of its optimisers compiled, run and compared as a strategy.

Khattab et al., DSPy: Compiling Declarative Language Model Calls into Self-Improving Pipelines,
2023. The prompt is written and the reply read by DSPy's own `ChatAdapter`; the model is asked, and
the exchange recorded, as for any other strategy.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from promptlab.extract import Extract, read
from promptlab.program import generate
from promptlab.protocols import Program
from promptlab.strategy.long_answer import lengthened
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Task,
)


@dataclass(frozen=True)
class DSPyProgram:
    """Ask as one predictor of a DSPy program asks.

    Attributes:
        task: What is asked.
        signature: The predictor's, as DSPy writes it; `context`, `choices` and `rationale` are
            filled too where it names them.
        path: What `program.save("program.json")` wrote: its instructions and demonstrations are
            used, and the selection's are not. Empty: the selection's are shown in DSPy's format.
        predictor: The predictor's name in that file; empty where it holds one alone.
        output: The field of the signature that holds the answer.
        sampling: How the reply is drawn.
        long_tokens: The most new tokens of a reply where the answer has several lines, such as
            code, if `sampling` gives fewer.
        extract: Where in that field the answer stands.
    """

    task: Task
    signature: str = "question -> answer"
    path: str = ""
    predictor: str = ""
    output: str = "answer"
    sampling: Sampling = Sampling(max_tokens=256)
    long_tokens: int = 768
    extract: Extract = Extract(policy="first")

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask once; a reply that DSPy cannot parse is unparsed."""
        from dspy.adapters.chat_adapter import ChatAdapter  # noqa: PLC0415  takes a second
        from dspy.utils.exceptions import AdapterParseError  # noqa: PLC0415

        shown = self._compiled["demos"] if self.path else [self.demo(demo) for demo in demos]
        turns = ChatAdapter().format(self.typed, shown, self.inputs(question))
        prompt = Prompt(tuple(Message(turn["role"], turn["content"]) for turn in turns))
        drawn = lengthened(self.sampling, self.long_tokens, lines=self.task.lines)
        completion = yield from generate(Generate(prompt, drawn))
        try:
            said = ChatAdapter().parse(self.typed, completion.text)
        except AdapterParseError:
            return read(dataclasses.replace(completion, text=""), self.task, question, self.extract)
        field = Completion(str(said.get(self.output, "")), completion.finish_reason)
        return read(field, self.task, question, self.extract)

    @cached_property
    def typed(self) -> Any:
        """The signature as DSPy has it, with the compiled instructions."""
        from dspy import Signature  # noqa: PLC0415  takes a second

        compiled = self._compiled.get("signature", {}).get("instructions")
        return Signature(self.signature, compiled or self.task.instruction or None)

    @cached_property
    def _compiled(self) -> Mapping[str, Any]:
        """One predictor's state, out of the program's file."""
        if not self.path:
            return {}
        state = json.loads(Path(self.path).read_text("utf-8"))
        if isinstance(state.get("demos"), list):  # a predictor that was saved by itself
            return dict(state)
        named = {name: part for name, part in state.items() if "demos" in part}
        if self.predictor not in named and (self.predictor or len(named) != 1):
            raise ValueError(
                f"{self.path}: strategy.predictor is {self.predictor!r}; expected one of "
                f"{', '.join(named) or 'the predictors of a program saved by DSPy as JSON'}"
            )
        found: Mapping[str, Any] = named[self.predictor or next(iter(named))]
        return found

    def inputs(self, question: Question) -> dict[str, Any]:
        """Return what the signature takes of a question."""
        values = {
            "question": question.text,
            "context": question.context,
            "choices": list(question.choices),
        }
        return {name: values[name] for name in self.typed.input_fields if name in values}

    def demo(self, demo: Example) -> dict[str, Any]:
        """Return an example as DSPy demonstrates it."""
        written = {"rationale": demo.rationale, "reasoning": demo.rationale}
        return {**self.inputs(demo.question), **written, self.output: demo.answer}
