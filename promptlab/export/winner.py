"""A winner: the prompt that was measured, asked by whoever holds it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from promptlab.chat import Answering, answerer
from promptlab.context import Drop, with_room
from promptlab.machine.extras import installed
from promptlab.program import interposed, parallel, solve, solve_async
from promptlab.protocols import Ahead, Preview, Program, Strategy, Tool
from promptlab.route import Route
from promptlab.selection.told import foresee
from promptlab.stages import Answered, Fitted, Through, answer_question
from promptlab.types import (
    Answer,
    Call,
    ModelReply,
    ModelRequest,
    Prompt,
    Question,
    Reply,
    Request,
    RequestFailed,
    Stage,
    Task,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Winner:
    """A variant of a prompt as it was measured, to be asked in a program of one's own.

    A question is described by its text (`question`), and by `context`, `choices` and whatever other
    fields of a record the prompt shows; `id` names it for what is drawn by chance. Every method may
    be called at once from several threads, and from several tasks of an event loop.

    Attributes:
        folder: Where it was loaded from.
        about: What is known of it: its name, the data, what was measured, the versions.
        task: What is asked.
        fitted: Finds passages, chooses the demonstrations and puts them in order.
        strategy: Asks.
        overflow: Which demonstration goes first where a prompt does not fit a model's window.
        tools: What the strategy may call, by name.
        model: Who answers where a method is not told: a model, a `Route` of several, a client of
            OpenAI's library, or a function from messages to text (see `chat.py`).
    """

    folder: Path
    about: Mapping[str, Any] = field(repr=False)
    task: Task
    fitted: Fitted = field(repr=False)
    strategy: Strategy
    overflow: Drop = "least_similar"
    tools: Mapping[str, Tool] = field(default_factory=dict)
    model: Answering | None = None

    def prompt(
        self,
        question: str,
        *,
        context: str = "",
        choices: Sequence[str] = (),
        id: str = "",  # noqa: A002  what a record calls it
        model: Answering | None = None,
        **fields: Any,
    ) -> Prompt:
        """Return the first prompt that is asked about a question.

        Without a model all demonstrations are in it; with one, those are left out that do not fit
        its window.

        Raises:
            ValueError: a model is asked before there is a prompt (in what order the demonstrations
                stand, say), and none is given.
        """
        asked = Question(id, question, tuple(choices), context, fields)
        given = self.model if model is None else model
        route = Route({"model": _Unasked()}) if given is None else self._route(given)
        try:
            with installed():
                solve(self.asking(asked, partial(_until_asked, route)), route)
        except _Asked as first:
            return first.prompt
        raise ValueError("the strategy answered this question without asking a model anything")

    def answer(
        self,
        question: str,
        *,
        context: str = "",
        choices: Sequence[str] = (),
        id: str = "",  # noqa: A002
        model: Answering | None = None,
        **fields: Any,
    ) -> Answer:
        """Answer a question.

        Raises:
            RequestFailed: it cannot be answered: its prompt does not fit, it was refused.
            ValueError: no model is given, or one that cannot do what the strategy asks.
        """
        route = self._route(model)
        asked = Question(id, question, tuple(choices), context, fields)
        with installed():
            return solve(self._answered(asked, route), route)

    async def aanswer(
        self,
        question: str,
        *,
        context: str = "",
        choices: Sequence[str] = (),
        id: str = "",  # noqa: A002
        model: Answering | None = None,
        **fields: Any,
    ) -> Answer:
        """`answer` for a program inside an event loop, which it does not hold up."""
        route = self._route(model)
        asked = Question(id, question, tuple(choices), context, fields)
        program = self._answered(asked, route)
        with installed():
            if all(hasattr(each, "answer_async") for each in route.models.values()):
                return await solve_async(program, route)
            import asyncio  # noqa: PLC0415  half of what importing this file would take

            return await asyncio.to_thread(solve, program, route)

    def batch(
        self,
        questions: Iterable[str | Mapping[str, Any]],
        *,
        model: Answering | None = None,
    ) -> list[Answer]:
        """Answer questions side by side: what they ask at a time is one batch.

        A question that cannot be answered has the outcome `failed`, and its rationale says why.

        Args:
            questions: Texts, or what `answer` is told by name: `{"question": …, "context": …}`.
            model: Who answers.
        """
        route = self._route(model)
        asked = [described(each) for each in questions]
        programs = (self._answered(question, route) for question in asked)
        with installed():
            for stage in (self.fitted.search, self.fitted.select):
                foresee(stage, asked)
                if isinstance(stage, Ahead):
                    stage.ahead(asked)
            return solve(parallel(map(_or_failed, programs)), route)

    def asking(self, question: Question, through: Through) -> Program[Answered]:
        """Return the program that answers a question, and tells what it shows."""
        return answer_question(
            question,
            self.fitted,
            strategy=self.strategy,
            overflow=self.overflow,
            through=through,
        )

    def _answered(self, question: Question, route: Route) -> Program[Answer]:
        answered = yield from self.asking(question, partial(_with_room, route))
        return answered.answer

    def _route(self, model: Answering | None) -> Route:
        """Return who answers, with the tools that the strategy may call.

        Raises:
            ValueError: nobody was named.
        """
        given = self.model if model is None else model
        if given is None:
            name = self.about.get("model", {}).get("identity", {}).get("name") or "a model"
            raise ValueError(
                f"no model is given; it was measured with {name}. Pass model=…: a model such as "
                "promptlab.Embedded(), a client of OpenAI's library in promptlab.Chat(client, "
                "name=…), or a function from messages to text"
            )
        if isinstance(given, Route):
            return Route(given.models, {**self.tools, **given.tools})
        return Route({"model": answerer(given)}, self.tools)  # type: ignore[dict-item]


def described(question: str | Mapping[str, Any]) -> Question:
    """Make a question of its text, or of a record's fields."""
    if isinstance(question, str):
        return Question("", question)
    fields = dict(question)
    text, context = fields.pop("question", None), fields.pop("context", None) or ""
    choices = fields.pop("choices", None)
    if not isinstance(text, str) or not isinstance(context, str):
        raise ValueError(
            f"a question is {question!r}; expected text under `question`, and under `context`"
        )
    listed = () if choices is None else tuple(map(str, choices))
    return Question(str(fields.pop("id", "")), text, listed, context, fields)


def told(question: Question) -> dict[str, Any]:
    """Return what `answer` is told of a question, by name; what it has not is left out."""
    parts: dict[str, Any] = {"question": question.text}
    parts |= {"context": question.context} if question.context else {}
    parts |= {"choices": list(question.choices)} if question.choices else {}
    return {**parts, **{str(name): value for name, value in question.metadata.items()}}


def _with_room(route: Route, stage: Stage, program: Program[T]) -> Program[T]:  # noqa: ARG001
    return with_room(program, partial(_shown, route))


def _shown(route: Route, to: str, prompt: Prompt) -> Preview:
    """Show a prompt as its reader would have it, where that one tells."""
    preview = getattr(route.model(to), "preview", None)
    return Preview(prompt.text, None) if preview is None else preview(prompt)


def _or_failed(program: Program[Answer]) -> Program[Answer]:
    try:
        return (yield from program)
    except RequestFailed as error:
        return Answer("", str(error), outcome="failed")


def _until_asked(route: Route, stage: Stage, program: Program[T]) -> Program[T]:
    """Run a stage's program; where that is the strategy, only until it asks a model."""

    def each(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        for request in requests if stage == "strategy" else ():
            if not isinstance(request, Call):
                raise _Asked(request.prompt)
        return (yield requests)

    return interposed(_with_room(route, stage, program), each)


class _Asked(Exception):  # noqa: N818  no error: the end of looking
    """Carries the prompt that was asked."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__(prompt)
        self.prompt = prompt


class _Unasked:
    """In the place of a model where only a prompt is wanted."""

    identity: Mapping[str, str] = {}

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        raise ValueError(
            f"a model is asked {len(requests)} questions before this prompt is known; pass model=…"
        )

    def preview(self, prompt: Prompt) -> Preview:
        return Preview(prompt.text, None)
