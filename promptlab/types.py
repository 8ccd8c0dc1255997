"""The nouns: what an experiment talks about. Frozen, slotted, standard library only."""

import dataclasses
import hashlib
import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from promptlab.called import Offer, ToolCall
from promptlab.text.escaping import as_html

AnswerKind = Literal["number", "label", "choice", "yes_no", "text", "code", "json"]
Outcome = Literal["parsed", "unparsed", "truncated", "refused", "abstained", "failed"]
Stage = Literal["fit", "retrieval", "selection", "ordering", "strategy", "metric"]
Role = Literal["text", "system", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length"]
FormKind = Literal["json", "choice", "regex"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a corpus; `metadata` is what else its record holds."""

    id: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Question:
    """All that may be seen while answering: no gold answer to peek at.

    `passages` are what was retrieved for it, best first.
    """

    id: str
    text: str
    choices: tuple[str, ...] = ()
    context: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)
    passages: tuple[Passage, ...] = field(default=(), compare=False)

    @property
    def turns(self) -> tuple[Mapping[str, str], ...]:
        """What was said before, the oldest first, each turn with `role` and `content`.

        It is the field `turns`; one that holds something else says nothing.
        """
        turns = self.metadata.get("turns")
        if not isinstance(turns, list | tuple) or not all(map(_is_turn, turns)):
            return ()
        return tuple(turns)


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled question; as a demonstration, a solved one.

    `answer` is the gold answer as the task writes it (a choice is its letter); an empty one means
    that no gold answer is known. `aliases` are further answers that count as right. `alternates`
    are the examples that may stand in for this demonstration, best first: a cluster's other
    members, say.
    """

    question: Question
    answer: str
    rationale: str = ""
    aliases: tuple[str, ...] = ()
    alternates: "tuple[Example, ...]" = field(default=(), compare=False, repr=False)

    @property
    def id(self) -> str:
        """The question's id."""
        return self.question.id

    @property
    def length(self) -> int:
        """Characters of all that it may show: context, question, choices, rationale and answer."""
        asked = self.question
        return sum(
            map(len, (asked.context, asked.text, *asked.choices, self.rationale, self.answer))
        )


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every question, and what kind of answer is wanted.

    `labels` is the closed set of answers of a `label` task, in a fixed order. `multiline` says that
    the answers of a `text` task may have several lines.
    """

    instruction: str = ""
    answer: AnswerKind = "text"
    labels: tuple[str, ...] = ()
    multiline: bool = False

    def __post_init__(self) -> None:
        """Take yaml's list as the tuple it is, and refuse labels that nothing tells apart."""
        object.__setattr__(self, "labels", tuple(self.labels))
        seen: dict[str, str] = {}
        for label in self.labels:
            if not spelled(label):
                raise ValueError(f"task.labels holds {label!r}, which is blank; expected text")
            if spelled(label) in seen:
                raise ValueError(
                    f"task.labels holds {seen[spelled(label)]!r} and {label!r}, which nothing "
                    "tells apart in a reply; expected every label once"
                )
            seen[spelled(label)] = label

    @property
    def lines(self) -> bool:
        """Whether a reply may have several lines that are all its answer."""
        return self.answer in ("code", "json") or (self.answer == "text" and self.multiline)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Pool and test apart, so that no test item becomes a demonstration by accident."""

    name: str
    task: Task
    pool: tuple[Example, ...]
    test: tuple[Example, ...]


def _is_turn(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(part), str) for part in ("role", "content")
    )


@dataclass(frozen=True, slots=True)
class Message:
    """One piece of a prompt.

    A `text` message is a document to be continued as it stands, with no chat template; the other
    roles are turns of the model's own chat template. A last turn of role `assistant` is the
    beginning of the reply, to be continued. `calls` are those that an `assistant` makes of tools;
    of a turn of role `tool`, whose content is a result, it is the call that it answers.
    """

    role: Role
    content: str
    calls: tuple[ToolCall, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """The turn as plain data; no calls are left out."""
        calls = {"calls": [call.plain for call in self.calls]} if self.calls else {}
        return {"role": self.role, "content": self.content, **calls}

    @property
    def text(self) -> str:
        """The turn for a person to read: under its role, its calls after its content."""
        if self.role == "tool":
            return f"[tool {', '.join(call.name for call in self.calls)}]\n{self.content}"
        said = [self.content] if self.content or not self.calls else []
        return "\n".join([f"[{self.role}]", *said, *(call.text for call in self.calls)])


Cut = tuple[int, int]
"""A place in a prompt: a message's number, and how many of its characters come before."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model reads: either one `text` message, or chat turns.

    `cuts` say where its demonstrations begin and where the last of them ends, for a model that
    reads them apart; they are no part of what is read. `tools` are those that the reply may call,
    in the model's own form.
    """

    messages: tuple[Message, ...]
    cuts: tuple[Cut, ...] = field(default=(), compare=False, repr=False)
    tools: tuple[Offer, ...] = ()

    @property
    def text(self) -> str:
        """The prompt for a person to read: a text as it stands, turns under their roles."""
        if [message.role for message in self.messages] == ["text"]:
            return self.messages[0].content
        tools = ["\n".join(["[tools]", *(tool.text for tool in self.tools)])]
        turns = [message.text for message in self.messages]
        return "\n\n".join([*tools, *turns] if self.tools else turns)

    @property
    def digest(self) -> str:
        """Sixty-four hexadecimal digits that name this prompt."""
        return _sha256("Prompt", self.plain)

    @property
    def plain(self) -> dict[str, Any]:
        """What is read, as plain data; no tools are left out."""
        tools = {"tools": [tool.plain for tool in self.tools]} if self.tools else {}
        return {"messages": [message.plain for message in self.messages], **tools}

    def _repr_html_(self) -> str:
        """Show it where a notebook shows this: as text, with nothing in it read as markup."""
        return as_html(self.text)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a completion is drawn: greedy at temperature 0.

    `max_tokens` counts new tokens; `stop` strings end a completion and are not part of it; `draw`
    tells repeated draws from one prompt apart. Of the `top_k` most probable tokens (None: of all),
    those are drawn from that reach `top_p` together.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    seed: int = 0
    draw: int = 0
    top_k: int | None = None

    def __post_init__(self) -> None:
        """Check the settings where they are written."""
        object.__setattr__(self, "stop", tuple(self.stop))
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}; expected 0 (greedy) or more")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}; expected more than 0 and at most 1")
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}; expected at least 1")
        if self.top_k is not None and self.top_k < 1:
            raise ValueError(f"top_k is {self.top_k}; expected at least 1, or null for all tokens")

    @property
    def plain(self) -> dict[str, Any]:
        """The settings as plain data; no `top_k` is left out."""
        whole = dataclasses.asdict(self)
        return whole if self.top_k is not None else {k: v for k, v in whole.items() if k != "top_k"}


@dataclass(frozen=True, slots=True)
class Form:
    """What a reply must be, to the letter, where whoever answers can be held to it.

    `text` is a JSON Schema where `kind` is `json`, and where it is `regex` a pattern that the whole
    reply matches; of a `choice` the reply is one of the `options`. `lead` comes before it.
    """

    kind: FormKind
    text: str = ""
    options: tuple[str, ...] = ()
    lead: str = ""

    def __post_init__(self) -> None:
        """Take a list as the tuple it is."""
        object.__setattr__(self, "options", tuple(self.options))

    @property
    def plain(self) -> dict[str, Any]:
        """The form as plain data, without what it leaves open."""
        values = {"kind": self.kind, "text": self.text, "options": list(self.options)}
        return {name: value for name, value in (values | {"lead": self.lead}).items() if value}


@dataclass(frozen=True, slots=True)
class Generate:
    """Ask for a completion of a prompt.

    `to` is the role that answers: `model` is the one under test; `judge`, `writer` and others are
    the model under test too, unless a run names another for them. `form` is what the reply must be;
    None leaves it free.
    """

    prompt: Prompt
    sampling: Sampling = Sampling()
    to: str = "model"
    form: Form | None = None

    @property
    def text(self) -> str:
        """What is asked, for a person to read."""
        return self.prompt.text

    @property
    def digest(self) -> str:
        """Sixty-four hexadecimal digits that name this request, whoever answers it."""
        plain = {"prompt": self.prompt.plain}
        plain |= {"sampling": self.sampling.plain}
        return _sha256("Generate", plain | ({"form": self.form.plain} if self.form else {}))


@dataclass(frozen=True, slots=True)
class Score:
    """Ask for the log-probability of each continuation of a prompt; `to` as in `Generate`.

    With `first` each is read up to the first token in which they differ, and no further.
    """

    prompt: Prompt
    continuations: tuple[str, ...]
    to: str = "model"
    first: bool = False

    @property
    def text(self) -> str:
        """What is asked, for a person to read."""
        return self.prompt.text

    @property
    def digest(self) -> str:
        """Sixty-four hexadecimal digits that name this request, whoever answers it."""
        plain = {"prompt": self.prompt.plain, "continuations": self.continuations}
        return _sha256("Score", plain | ({"first": True} if self.first else {}))


@dataclass(frozen=True, slots=True)
class Call:
    """Ask a tool: run this program, search this corpus, compute; `to` is the tool's name."""

    to: str
    input: str

    @property
    def text(self) -> str:
        """What is asked, for a person to read."""
        return self.input


ModelRequest = Generate | Score
Request = ModelRequest | Call


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a reply took: from its request being posed until the reply was there.

    It is no part of a reply: two are equal whatever they took, and no store or trial holds it.

    Attributes:
        started: When the request was posed, in seconds since 1970.
        seconds: Until the reply was there; of several answered together, until all were.
        batch: How many requests were answered together in that time. 1 is this one alone, 0 that
            the reply was found in a store and took no time of its own.
    """

    started: float
    seconds: float
    batch: int = 1


@dataclass(frozen=True, slots=True)
class Completion:
    """The reply to `Generate`; `logprob` is the sum over the new tokens, in nats, where known.

    `calls` are those that it makes of the tools that its prompt offers; `text` is what stands
    beside them.
    """

    text: str
    finish_reason: FinishReason = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    logprob: float | None = None
    timing: Timing | None = field(default=None, compare=False, repr=False)
    calls: tuple[ToolCall, ...] = ()

    @property
    def tokens_read(self) -> int:
        """The prompt's."""
        return self.prompt_tokens

    @property
    def shown(self) -> str:
        """The reply for a person to read: its calls after its text."""
        said = [self.text] if self.text or not self.calls else []
        return "\n".join([*said, *(call.text for call in self.calls)])


@dataclass(frozen=True, slots=True)
class Scores:
    """The reply to `Score`, in the order of its continuations.

    `logprobs` are sums over the continuation's tokens, in nats; `lengths` count those tokens.
    """

    logprobs: tuple[float, ...]
    lengths: tuple[int, ...]
    prompt_tokens: int = 0
    timing: Timing | None = field(default=None, compare=False, repr=False)

    @property
    def tokens_read(self) -> int:
        """The prompt's, once, and those of all continuations."""
        return self.prompt_tokens + sum(self.lengths)

    @property
    def completion_tokens(self) -> int:
        """None are written."""
        return 0


@dataclass(frozen=True, slots=True)
class Result:
    """The reply to `Call`: what the tool says."""

    text: str
    timing: Timing | None = field(default=None, compare=False, repr=False)

    @property
    def tokens_read(self) -> int:
        """A tool reads none."""
        return 0

    @property
    def completion_tokens(self) -> int:
        """A tool writes none."""
        return 0


class RequestFailed(ValueError):  # noqa: N818  said of the request, not of the program
    """One request could not be answered; others can. Its text says why, and what to do."""

    @property
    def kind(self) -> str:
        """The name of the kind of failure."""
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class Failed:
    """A reply that is an error: raised inside the program that asked, and in no other."""

    error: RequestFailed
    timing: Timing | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """What went wrong."""
        return str(self.error)

    @property
    def prompt_tokens(self) -> int:
        """None that are known of."""
        return 0

    @property
    def tokens_read(self) -> int:
        """Likewise."""
        return 0

    @property
    def completion_tokens(self) -> int:
        """None that are known of."""
        return 0


ModelReply = Completion | Scores | Failed
Reply = ModelReply | Result


@dataclass(frozen=True, slots=True)
class Answer:
    """What a strategy concluded.

    `text` is in the task's canonical form (`3.5`, `B`, a label as the task spells it), empty
    unless the outcome is `parsed`. `votes` holds each distinct answer with its weight, heaviest
    first, where there was a vote or a ranking. `why` says what was missed, where that is known.
    """

    text: str
    rationale: str = ""
    votes: tuple[tuple[str, float], ...] = ()
    outcome: Outcome = "parsed"
    why: str = ""

    @property
    def confidence(self) -> float | None:
        """The share of all weight that the heaviest answer has, from 0 to 1.

        None where there was no vote, or the answer was not read; or where a weight is below 0 or
        without bounds, which are no shares of anything.
        """
        weights = [weight for _, weight in self.votes]
        total = sum(weights)
        known = self.outcome == "parsed" and all(weight >= 0 for weight in weights)
        return weights[0] / total if known and total > 0 and math.isfinite(total) else None

    @property
    def margin(self) -> float | None:
        """By what share of all votes the first answer leads the second: how sure the vote is.

        None where there was no vote, or where no vote weighs anything.
        """
        weights = [weight for _, weight in self.votes[:2]]
        total = sum(weight for _, weight in self.votes)
        return (weights[0] - sum(weights[1:])) / total if total > 0 else None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its reply, and the stage that asked."""

    request: Request
    reply: Reply
    stage: Stage = "strategy"


@dataclass(frozen=True, slots=True)
class Trial:
    """The unit that is recorded: one test example, everything asked about it, and the scores.

    `passages` are the ids of those that were shown, best first. `error` says what went wrong where
    a stage could not end: the answer's outcome is then `failed`, or, where the answer was there and
    a metric failed, that score is missing. `shown` is how many demonstrations its prompts show,
    where these are not as many as `demos`.
    """

    example: Example
    demos: tuple[Example, ...]
    exchanges: tuple[Exchange, ...]
    answer: Answer
    scores: Mapping[str, float]
    error: str = ""
    passages: tuple[str, ...] = ()
    shown: int | None = None


def spelled(label: str) -> str:
    """Write a label as it is seen: what is not printed, and the spaces around it, left out."""
    seen = "".join(character for character in label if character.isprintable() or character == "\t")
    return " ".join(unicodedata.normalize("NFC", seen).split())


def digest(value: Any) -> str:
    """Name a dataclass instance, or plain data, by the SHA-256 of its canonical JSON."""
    is_noun = dataclasses.is_dataclass(value) and not isinstance(value, type)
    return _sha256(type(value).__name__, dataclasses.asdict(value) if is_noun else value)


def _sha256(kind: str, plain: Any) -> str:
    text = json.dumps([kind, plain], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
