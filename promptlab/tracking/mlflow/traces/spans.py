"""A trial as the steps of its strategy: demonstrations, calls of the model, votes, scores.

A step is what MLflow shows as a span. Its kinds and the shapes of its inputs and outputs are those
that MLflow's page of a trace draws as a conversation, as documents, or as a score.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from promptlab.records.timings import measured
from promptlab.tool_calls import functions, turns
from promptlab.types import (
    Call,
    Example,
    Exchange,
    Failed,
    Generate,
    Message,
    Prompt,
    Reply,
    Request,
    Result,
    Score,
    Scores,
    Timing,
    Trial,
)

UNKNOWN_TEXT = "(its text is in the prompt)"
"""The text of a demonstration known only by its id, because its pool is not at hand."""


@dataclass(frozen=True)
class TraceStep:
    """One step.

    Attributes:
        name: What was done.
        kind: MLflow's word for it.
        inputs: What went in.
        outputs: What came out.
        tokens: How many tokens the model read and wrote, where it was a call of the model.
        settings: How it was done.
        timing: When, and how long it took, where that was measured.
    """

    name: str
    kind: str
    inputs: Any
    outputs: Any
    tokens: tuple[int, int] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    timing: Timing | None = None


def root(trial: Trial, name: str) -> TraceStep:
    """Return the step that all others are part of: from the question to the answer."""
    question, answer = trial.example.question, trial.answer
    inputs: dict[str, Any] = {"question": question.text}
    inputs |= {"context": question.context} if question.context else {}
    inputs |= {"choices": list(question.choices)} if question.choices else {}
    outputs = {"answer": answer.text, "outcome": answer.outcome}
    outputs |= {"rationale": answer.rationale} if answer.rationale else {}
    return TraceStep(name, "CHAIN", inputs, outputs, settings={"example": trial.example.id})


def steps(trial: Trial) -> Iterator[TraceStep]:
    """Yield the steps of a trial, in their order."""
    question, answer = trial.example.question, trial.answer
    if trial.demos:
        documents = [_document(demo) for demo in trial.demos]
        yield TraceStep("demonstrations", "RETRIEVER", {"question": question.text}, documents)
    for name, exchange in zip(_names(trial.exchanges), trial.exchanges, strict=True):
        yield call(name, exchange)
    if answer.votes:
        weights = [{"answer": text, "weight": number(weight)} for text, weight in answer.votes]
        yield TraceStep("votes", "TASK", {"votes": weights}, {"answer": answer.text})
    if trial.scores:
        scores = {name: number(score) for name, score in trial.scores.items()}
        expected: dict[str, Any] = {"answer": answer.text, "target": trial.example.answer}
        expected |= {"aliases": list(trial.example.aliases)} if trial.example.aliases else {}
        yield TraceStep("scores", "EVALUATOR", expected, scores)


def call(name: str, exchange: Exchange) -> TraceStep:
    """Return one call of a model or a tool."""
    request, reply = exchange.request, exchange.reply
    timing = measured(reply)
    settings: dict[str, Any] = {"stage": exchange.stage, "to": request.to}
    settings |= {"started": timing.started, "answered_together": timing.batch} if timing else {}
    if isinstance(request, Call):
        return TraceStep(
            name, "TOOL", {"input": request.input}, _outputs(request, reply), None, settings, timing
        )
    if isinstance(request, Generate):
        settings |= request.sampling.plain | {"stop": list(request.sampling.stop)}
    chat = _is_chat(request.prompt) and not isinstance(request, Score)
    tokens = reply.tokens_read, reply.completion_tokens
    outputs = _outputs(request, reply, chat=chat)
    kind = "CHAT_MODEL" if chat else "LLM"
    return TraceStep(name, kind, _inputs(request), outputs, tokens, settings, timing)


def number(value: float) -> float | str:
    """Return a number as JSON allows it: infinities and NaN as text."""
    return value if math.isfinite(value) else str(value)


def _names(exchanges: Sequence[Exchange]) -> Iterator[str]:
    """Name the calls by number, and by draw where one prompt was sent several times."""
    counts = Counter(exchange.request.text for exchange in exchanges)
    for index, exchange in enumerate(exchanges, start=1):
        request = exchange.request
        name = request.to if isinstance(request, Call) else type(request).__name__.lower()
        name += f" {index} of {len(exchanges)}" * (len(exchanges) > 1)
        if isinstance(request, Generate) and counts[request.text] > 1:
            name += f", draw {request.sampling.draw}"
        yield name


def _is_chat(prompt: Prompt) -> bool:
    return [message.role for message in prompt.messages] != ["text"]


def _inputs(request: Generate | Score) -> dict[str, Any]:
    inputs: dict[str, Any] = {"prompt": request.prompt.text}
    if _is_chat(request.prompt):
        tools = {"tools": functions(request.prompt.tools)} if request.prompt.tools else {}
        inputs = {"messages": turns(request.prompt.messages), **tools}
    if isinstance(request, Score):
        inputs["continuations"] = list(request.continuations)
    return inputs


def _outputs(request: Request, reply: Reply, *, chat: bool = False) -> Any:
    if isinstance(reply, Scores):
        return _ranking(request, reply)
    if isinstance(reply, Failed):
        return {"failed": reply.text}
    if isinstance(reply, Result):
        return {"result": reply.text}
    if not chat:
        return {"completion": reply.text, "finish_reason": reply.finish_reason}
    (message,) = turns([Message("assistant", reply.text, reply.calls)])
    return {"choices": [{"message": message, "finish_reason": reply.finish_reason}]}


def _ranking(request: Request, scores: Scores) -> list[dict[str, Any]]:
    """List the continuations with their log-probabilities in nats, most probable first."""
    texts = request.continuations if isinstance(request, Score) else ()
    entries = zip(texts, scores.logprobs, scores.lengths, strict=True)
    ranked = sorted(entries, key=lambda entry: -entry[1])
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
