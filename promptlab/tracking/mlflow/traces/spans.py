"""A trial as the steps of its strategy: demonstrations, calls of the model, votes, scores.

A step is what MLflow shows as a span. Its kinds and the shapes of its inputs and outputs are those
that MLflow's page of a trace draws as a conversation, as documents, or as a score.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from promptlab.types import (
    Call,
    Example,
    Exchange,
    Failed,
    Generate,
    Prompt,
    Reply,
    Request,
    Result,
    Score,
    Scores,
    Trial,
)

UNKNOWN_TEXT = "(its text is in the prompt)"
"""Of a demonstration that is known by its id alone, because its pool is not at hand."""


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: What was done.
        kind: MLflow's word for it.
        inputs: What went in.
        outputs: What came out.
        tokens: How many tokens the model read and wrote, where it was a call of the model.
        settings: How it was done.
    """

    name: str
    kind: str
    inputs: Any
    outputs: Any
    tokens: tuple[int, int] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


def root(trial: Trial, name: str) -> Step:
    """Return the step that all others are part of: from the question to the answer."""
    question, answer = trial.example.question, trial.answer
    asked: dict[str, Any] = {"question": question.text}
    asked |= {"context": question.context} if question.context else {}
    asked |= {"choices": list(question.choices)} if question.choices else {}
    told = {"answer": answer.text, "outcome": answer.outcome}
    told |= {"rationale": answer.rationale} if answer.rationale else {}
    return Step(name, "CHAIN", asked, told, settings={"example": trial.example.id})


def steps(trial: Trial) -> Iterator[Step]:
    """Yield the steps of a trial, in their order."""
    question, answer = trial.example.question, trial.answer
    if trial.demos:
        shown = [_document(demo) for demo in trial.demos]
        yield Step("demonstrations", "RETRIEVER", {"question": question.text}, shown)
    for name, exchange in zip(_names(trial.exchanges), trial.exchanges, strict=True):
        yield call(name, exchange)
    if answer.votes:
        weights = [{"answer": text, "weight": number(weight)} for text, weight in answer.votes]
        yield Step("votes", "TASK", {"votes": weights}, {"answer": answer.text})
    if trial.scores:
        scores = {name: number(score) for name, score in trial.scores.items()}
        expected: dict[str, Any] = {"answer": answer.text, "target": trial.example.answer}
        expected |= {"aliases": list(trial.example.aliases)} if trial.example.aliases else {}
        yield Step("scores", "EVALUATOR", expected, scores)


def call(name: str, exchange: Exchange) -> Step:
    """Return one call of a model or a tool."""
    request, reply = exchange.request, exchange.reply
    settings: dict[str, Any] = {"stage": exchange.stage, "to": request.to}
    if isinstance(request, Call):
        return Step(name, "TOOL", {"input": request.input}, _told(request, reply), None, settings)
    if isinstance(request, Generate):
        settings |= asdict(request.sampling) | {"stop": list(request.sampling.stop)}
    chat = _is_chat(request.prompt) and not isinstance(request, Score)
    tokens = reply.prompt_tokens, reply.completion_tokens
    outputs = _told(request, reply, chat=chat)
    return Step(name, "CHAT_MODEL" if chat else "LLM", _asked(request), outputs, tokens, settings)


def number(value: float) -> float | str:
    """Say a number as JSON can: infinities and NaN as text."""
    return value if math.isfinite(value) else str(value)


def _names(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Tell the calls apart: by number, and by draw where one prompt was asked several times."""
    asked = Counter(exchange.request.text for exchange in exchanges)
    for place, exchange in enumerate(exchanges, start=1):
        request = exchange.request
        name = request.to if isinstance(request, Call) else type(request).__name__.lower()
        name += f" {place} of {len(exchanges)}" * (len(exchanges) > 1)
        if isinstance(request, Generate) and asked[request.text] > 1:
            name += f", draw {request.sampling.draw}"
        yield name


def _is_chat(prompt: Prompt) -> bool:
    return [message.role for message in prompt.messages] != ["text"]


def _asked(request: Generate | Score) -> dict[str, Any]:
    asked: dict[str, Any] = {"prompt": request.prompt.text}
    if _is_chat(request.prompt):
        asked = {"messages": [asdict(message) for message in request.prompt.messages]}
    if isinstance(request, Score):
        asked["continuations"] = list(request.continuations)
    return asked


def _told(request: Request, reply: Reply, *, chat: bool = False) -> Any:
    if isinstance(reply, Scores):
        return _ranked(request, reply)
    if isinstance(reply, Failed):
        return {"failed": reply.text}
    if isinstance(reply, Result):
        return {"result": reply.text}
    if not chat:
        return {"completion": reply.text, "finish_reason": reply.finish_reason}
    message = {"role": "assistant", "content": reply.text}
    return {"choices": [{"message": message, "finish_reason": reply.finish_reason}]}


def _ranked(request: Request, scores: Scores) -> list[dict[str, Any]]:
    """List the continuations with their log-probabilities in nats, most probable first."""
    texts = request.continuations if isinstance(request, Score) else ()
    told = zip(texts, scores.logprobs, scores.lengths, strict=True)
    ranked = sorted(told, key=lambda one: -one[1])
    return [
        {"continuation": text, "logprob": number(logprob), "tokens": length}
        for text, logprob, length in ranked
    ]


def _document(demo: Example) -> dict[str, Any]:
    """Write a demonstration as a document that was retrieved."""
    lines = [demo.question.context, demo.question.text, *demo.question.choices]
    lines += [demo.rationale, f"→ {demo.answer}" if demo.answer else ""]
    text = "\n".join(filter(None, lines))
    return {"page_content": text or UNKNOWN_TEXT, "metadata": {"id": demo.id}, "id": demo.id}
