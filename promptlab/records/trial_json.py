"""Trials as lines: what a trial is in JSON, and back.

A line holds nothing that changes from run to run (no times), so the same trial is the same bytes.
One exchange of a line:

    {"request": {"kind": "generate", "text": … or "messages": [{"role", "content"}, …],
                 "sampling": {"temperature", "top_p", "max_tokens", "stop", "seed", "draw"},
                 which has "top_k" where there is one,
                 "form": {"kind", "text", "options", "lead"}, where the reply had to have one},
     "reply": {"text", "finish_reason", "prompt_tokens", "completion_tokens", "logprob"}}
    {"request": {"kind": "score", "text" or "messages", "continuations": [texts],
                 "first": true, where they were read up to where they differ},
     "reply": {"logprobs": [nats], "lengths": [tokens], "prompt_tokens"}}
    a prompt that offers tools has them as "tools": [{"name", "description", "parameters"}, …], and
    a turn or a reply that calls some has "calls": [{"name", "arguments"}, …]; a turn of the role
    tool, which is a result, has the call that it answers
    {"request": {"kind": "call", "to": the tool's name, "input": text}, "reply": {"result": text}}

An exchange of another stage than the strategy has its `stage`, a request to another role than the
model under test has its `to`, and the reply to a request that failed is `{"failed": why, "error":
the kind of error}`.

A prompt that is one document to continue is under `text`, chat turns are under `messages`. Numbers
that JSON lacks are written as the strings "inf", "-inf" and "nan".
"""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from promptlab.called import Offer, ToolCall
from promptlab.types import (
    Answer,
    Call,
    Completion,
    Example,
    Exchange,
    Failed,
    Form,
    Generate,
    Message,
    Prompt,
    Question,
    Reply,
    Request,
    RequestFailed,
    Result,
    Sampling,
    Score,
    Scores,
    Trial,
)


class RecordedFailure(RequestFailed):
    """A failure that is read back from a record, of which its message and its kind are known."""

    def __init__(self, message: str, kind: str) -> None:
        """Take both as they were recorded.

        Raises:
            TypeError: one of them is no text.
        """
        if not isinstance(message, str) or not isinstance(kind, str):
            raise TypeError(f"a failure of kind {kind!r} that says {message!r}; expected two texts")
        super().__init__(message)
        self._kind = kind

    @property
    def kind(self) -> str:
        """The name of the kind of failure, as it was recorded."""
        return self._kind


def trial_line(trial: Trial) -> dict[str, Any]:
    """Write a trial as plain data, keys in a fixed order; empty optional keys are left out.

    Demonstrations are named by id, in their order; their texts are in the prompts. Where these show
    another number of them, `shown` says how many. A question's
    metadata and an example's alternates are not recorded.
    """
    example, answer = trial.example, trial.answer
    return {
        "id": example.id,
        "question": example.question.text,
        **_optional("context", example.question.context),
        **_optional("choices", list(example.question.choices)),
        "target": example.answer,
        **_optional("aliases", list(example.aliases)),
        **_optional("target_rationale", example.rationale),
        "prediction": answer.text,
        "outcome": answer.outcome,
        **_optional("why", answer.why),
        **_optional("error", trial.error),
        **_optional("rationale", answer.rationale),
        **_optional("votes", [[text, _number(weight)] for text, weight in answer.votes]),
        "scores": {name: _number(trial.scores[name]) for name in sorted(trial.scores)},
        **_optional("passages", list(trial.passages)),
        "demos": [demo.id for demo in trial.demos],
        **({} if trial.shown is None else {"shown": trial.shown}),
        "exchanges": [exchange_line(exchange) for exchange in trial.exchanges],
    }


def trial_from_line(
    line: Mapping[str, Any], examples: Mapping[str, Example] = MappingProxyType({})
) -> Trial:
    """Read a trial back; its line is the same again.

    Args:
        line: what `trial_line` wrote.
        examples: the pool by id, from which the demonstrations are taken. One that is not there
            comes back as an id with empty texts.

    Raises:
        ValueError: a key is missing, or does not hold what `trial_line` writes.
    """
    try:
        return Trial(
            example=_example(line),
            demos=tuple(examples.get(demo) or _unknown_example(demo) for demo in line["demos"]),
            exchanges=tuple(map(exchange_from_line, line["exchanges"])),
            answer=_answer(line),
            scores={name: float(value) for name, value in line["scores"].items()},
            error=line.get("error", ""),
            passages=tuple(map(str, line.get("passages", ()))),
            shown=int(line["shown"]) if "shown" in line else None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        name = line.get("id", "without an id") if isinstance(line, Mapping) else line
        raise ValueError(
            f"trial {name}: {type(error).__name__} {error}; expected a line as `trials.jsonl` has"
        ) from error


def read_trial(
    line: Mapping[str, Any], examples: Mapping[str, Example] = MappingProxyType({})
) -> Trial:
    """Read a trial back from a line that may be broken.

    Raises:
        ValueError: it is broken, and how.
    """
    try:
        return trial_from_line(line, examples)
    except ValueError as error:
        raise ValueError(f"broken ({error})") from error


def exchange_line(exchange: Exchange) -> dict[str, Any]:
    """Write one request and its reply as plain data."""
    return {
        **({} if exchange.stage == "strategy" else {"stage": exchange.stage}),
        "request": _request_line(exchange.request),
        "reply": _reply_line(exchange.reply),
    }


def exchange_from_line(line: Mapping[str, Any]) -> Exchange:
    """Read one request and its reply back.

    Raises:
        KeyError: something is missing.
    """
    request, reply = _request(line["request"]), _reply(line["reply"])
    return Exchange(request, reply, line.get("stage", "strategy"))


def _request_line(request: Request) -> dict[str, Any]:
    if isinstance(request, Call):
        return {"kind": "call", "to": request.to, "input": request.input}
    messages = request.prompt.messages
    prompt: dict[str, Any] = request.prompt.plain
    if [message.role for message in messages] == ["text"]:
        prompt = {"text": messages[0].content}
    prompt |= {} if request.to == "model" else {"to": request.to}
    if isinstance(request, Score):
        first = _optional("first", request.first)
        return {"kind": "score", **prompt, "continuations": list(request.continuations), **first}
    sampling = request.sampling.plain | {
        "temperature": float(request.sampling.temperature),
        "top_p": float(request.sampling.top_p),
        "stop": list(request.sampling.stop),
    }
    form = _optional("form", request.form.plain if request.form else None)
    return {"kind": "generate", **prompt, "sampling": sampling, **form}


def _request(line: Mapping[str, Any]) -> Request:
    if line["kind"] == "call":
        return Call(line["to"], line["input"])
    to = line.get("to", "model")
    if "text" in line:
        prompt = Prompt((Message("text", line["text"]),))
    else:
        tools = tuple(Offer(**tool) for tool in line.get("tools", ()))
        prompt = Prompt(tuple(map(message_from_line, line["messages"])), tools=tools)
    if line["kind"] == "score":
        return Score(prompt, tuple(line["continuations"]), to, line.get("first", False))
    form = Form(**line["form"]) if "form" in line else None
    return Generate(prompt, Sampling(**line["sampling"]), to, form)


def message_from_line(line: Mapping[str, Any]) -> Message:
    """Read a turn back.

    Raises:
        KeyError: something is missing.
    """
    return Message(line["role"], line["content"], calls_from_line(line))


def calls_from_line(line: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """Read the calls of a turn or of a reply back; none where there are none."""
    return tuple(ToolCall(call["name"], call["arguments"]) for call in line.get("calls", ()))


def _reply_line(reply: Reply) -> dict[str, Any]:
    if isinstance(reply, Failed):
        return {"failed": reply.text, "error": reply.error.kind}
    if isinstance(reply, Result):
        return {"result": reply.text}
    if isinstance(reply, Scores):
        return {
            "logprobs": [_number(logprob) for logprob in reply.logprobs],
            "lengths": list(reply.lengths),
            "prompt_tokens": reply.prompt_tokens,
        }
    logprob = None if reply.logprob is None else _number(reply.logprob)
    return {
        "text": reply.text,
        "finish_reason": reply.finish_reason,
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "logprob": logprob,
        **_optional("calls", [call.plain for call in reply.calls]),
    }


def _reply(line: Mapping[str, Any]) -> Reply:
    if "failed" in line:
        return Failed(RecordedFailure(line["failed"], line["error"]))
    if "result" in line:
        return Result(line["result"])
    if "logprobs" in line:
        logprobs = tuple(map(float, line["logprobs"]))
        return Scores(logprobs, tuple(line["lengths"]), line["prompt_tokens"])
    logprob = None if line["logprob"] is None else float(line["logprob"])
    tokens = line["prompt_tokens"], line["completion_tokens"]
    calls = calls_from_line(line)
    return Completion(line["text"], line["finish_reason"], *tokens, logprob, calls=calls)


def _example(line: Mapping[str, Any]) -> Example:
    question = Question(
        line["id"], line["question"], tuple(line.get("choices", ())), line.get("context", "")
    )
    rationale, aliases = line.get("target_rationale", ""), tuple(line.get("aliases", ()))
    return Example(question, line["target"], rationale, aliases)


def _unknown_example(demo: str) -> Example:
    return Example(Question(demo, ""), "")


def _answer(line: Mapping[str, Any]) -> Answer:
    votes = tuple((text, float(weight)) for text, weight in line.get("votes", ()))
    rationale, why = line.get("rationale", ""), line.get("why", "")
    return Answer(line["prediction"], rationale, votes, line["outcome"], why)


def _optional(name: str, value: Any) -> dict[str, Any]:
    return {name: value} if value else {}


def _number(value: float) -> float | str:
    """Return a number as JSON allows it: infinities and NaN as text."""
    value = float(value)
    return value if math.isfinite(value) else str(value)
