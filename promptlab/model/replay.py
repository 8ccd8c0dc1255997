"""Replay: a model that answers from a file of recorded completions.

So extraction and voting are run again without any model. The file is JSON Lines of questions and
outputs (`recording.py`), the `trials.jsonl` of a run, the samples of lm-evaluation-harness
(`lm_eval_log.py`) or OpenAI's chats, logs and batches (`openai_log.py`). A request is answered
- from trials, by its exact prompt and its number of draw (`Score` requests by their continuations);
- else by the recorded question that its prompt asks: with the recorded output where the prompt ends
  at the question, with the recorded second reply where that output is already in the prompt.
A reply is given as it was recorded: the request's stop strings and length do not cut it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from promptlab.called import Offer
from promptlab.model.price import UNPRICED, Price
from promptlab.model.recordings import lm_eval_log, openai_log
from promptlab.model.recordings.recording import Draw, RecordedQuestions, Recording, draws
from promptlab.protocols import Preview
from promptlab.records.trial_json import calls_from_line, message_from_line
from promptlab.text.unicode import single_spaced
from promptlab.types import Completion, ModelReply, ModelRequest, Prompt, Score, Scores

_Exact = dict[tuple[str, Any], ModelReply]

SHAPES = (
    "`question` (or `text`) with `output` or `outputs`; the `exchanges` of a run's trial; `doc` "
    "and `resps`, as lm-evaluation-harness writes them; or `messages`, `prompt` or `input` with a "
    "reply, as OpenAI writes them"
)
"""What a line may hold."""


@dataclass(frozen=True)
class Replay:
    """Answers from recorded completions.

    Attributes:
        path: A JSON Lines file, or the folder of a run that holds a `trials.jsonl`.
        system: Where outputs name the model that wrote them, whose to replay; empty is all.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    path: str
    system: str = ""
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check that there is a file to replay."""
        if not str(self.path or "").strip():
            raise ValueError(
                "path is empty; expected a file of recorded completions or a run's folder: "
                "model=replay model.path=FILE"
            )

    @property
    def identity(self) -> Mapping[str, str]:
        """The file, by name and content."""
        digest = hashlib.sha256(self._file.read_bytes()).hexdigest()
        name = f"replay of {self._file.name}"
        return {"name": name, "sha256": digest} | ({"system": self.system} if self.system else {})

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Reply to every request with what was recorded.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: a line is broken, a question was not recorded, or not drawn so often.
        """
        return [self._reply(request) for request in requests]

    def preview(self, prompt: Prompt) -> Preview:
        """Show the prompt; nothing counts its tokens."""
        return Preview(prompt.text, None)

    def _reply(self, request: ModelRequest) -> ModelReply:
        exact, _ = self._recorded
        reply = exact.get((request.prompt.digest, _which(request)))
        if reply is not None:
            return reply
        if isinstance(request, Score):
            raise ValueError(
                f"{self._file} records no log-probabilities for {_shown(request.prompt.text)}; "
                "they replay from a trials.jsonl with this very prompt and these continuations. "
                "Replay a run of the same strategy, template and demonstrations"
            )
        return self._generated(request.prompt, request.sampling.draw)

    def _generated(self, prompt: Prompt, number: int) -> Completion:
        """Answer by the question that the prompt asks."""
        found = self._find(prompt)
        if found is None:
            raise ValueError(
                f"{self._file} records no answer to the question at the end of "
                f"{_shown(prompt.text)}; expected one of its {len(self._recorded[1])} questions in "
                "the prompt, word for word. Ask the data set that was recorded, or shorten it with "
                "dataset.limit"
            )
        recording, rest = found
        if number >= len(recording.draws):
            raise ValueError(
                f"{self._file} has {len(recording.draws)} draws for the question "
                f"{recording.question[:80]!r}, and draw {number + 1} was asked for; ask for no "
                "more samples than were recorded"
            )
        return _completion(recording.draws[number], rest)

    def _find(self, prompt: Prompt) -> tuple[Recording, str] | None:
        """Find a prompt's question once, however many draws ask for it."""
        if prompt not in self._found:
            self._found[prompt] = self._index.find(prompt.text)
        return self._found[prompt]

    @cached_property
    def _found(self) -> dict[Prompt, tuple[Recording, str] | None]:
        return {}

    @cached_property
    def _index(self) -> RecordedQuestions:
        return RecordedQuestions(self._recorded[1])

    @cached_property
    def _file(self) -> Path:
        path = Path(self.path).expanduser()
        path = path / "trials.jsonl" if path.is_dir() else path
        if not path.exists():
            raise FileNotFoundError(
                f"{path}: no such file; expected JSON Lines of recorded completions, or a run's "
                "folder with its trials.jsonl"
            )
        return path

    @cached_property
    def _recorded(self) -> tuple[_Exact, Sequence[Recording]]:
        """Read the file: replies by prompt, and draws by question."""
        exact: _Exact = {}
        found: dict[str, list[Draw]] = {}
        lines = list(lm_eval_log.told_once(_lines(self._file)))
        batch = openai_log.questions(line for _, line in lines)
        for number, line in lines:
            try:
                if "exchanges" in line:
                    exact |= _exact(line["exchanges"])
                question, new = self._told(line, batch)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                why = f"no {error}" if isinstance(error, KeyError) else error
                raise ValueError(
                    f"{self._file}, line {number}, with the fields {', '.join(line) or 'none'}: "
                    f"{why}; expected {SHAPES}"
                ) from error
            found.setdefault(question, []).extend(new)
        recordings = [Recording(question, tuple(each)) for question, each in found.items() if each]
        if not recordings:
            system = f" by {self.system!r}" if self.system else ""
            raise ValueError(f"{self._file}: no recorded completions{system}")
        return exact, recordings

    def _told(
        self, line: Mapping[str, Any], batch: Mapping[str, str]
    ) -> tuple[str, Sequence[Draw]]:
        """A line's question and its draws, whatever wrote it."""
        if "exchanges" in line:
            return _question(line), _drawn(line["exchanges"])
        if lm_eval_log.is_sample(line):
            return lm_eval_log.question(line), lm_eval_log.draws(line)
        ours = {"question", "text"} & line.keys() and {"output", "outputs"} & line.keys()
        if not ours and openai_log.is_conversation(line):
            return openai_log.conversation(line, batch, self.system)
        return _question(line), list(draws(line, self.system))


def _completion(draw: Draw, rest: str) -> Completion:
    """Reply with the output, or with the second reply where the output is in the prompt already."""
    output = single_spaced(draw.output)
    if draw.conclusion is not None and output and output in rest:
        return Completion(draw.conclusion)
    return Completion(draw.output, draw.finish_reason)


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the lines of a file with their numbers."""
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"{path}, line {number}: not JSON ({error})") from error
            if not isinstance(line, dict):
                raise ValueError(
                    f"{path}, line {number}: {type(line).__name__}; expected an object"
                )
            yield number, line


def _exact(exchanges: Sequence[Mapping[str, Any]]) -> _Exact:
    """Return a trial's replies by prompt and number of draw, or by prompt and continuations."""
    return {_asked(each["request"]): _told(each["reply"]) for each in exchanges}


def _which(request: ModelRequest) -> Any:
    if isinstance(request, Score):
        return (*request.continuations, request.first)
    return request.sampling.draw


def _asked(request: Mapping[str, Any]) -> tuple[str, Any]:
    messages = request.get("messages") or [{"role": "text", "content": request["text"]}]
    tools = tuple(Offer(**tool) for tool in request.get("tools", ()))
    prompt = Prompt(tuple(map(message_from_line, messages)), tools=tools)
    if request["kind"] == "score":
        return prompt.digest, (*request["continuations"], request.get("first", False))
    return prompt.digest, request["sampling"]["draw"]


def _question(line: Mapping[str, Any]) -> str:
    question = line["question"] if "question" in line else line["text"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError(f"question is {question!r}; expected a text")
    return question


def _told(reply: Mapping[str, Any]) -> ModelReply:
    prompt_tokens = reply.get("prompt_tokens", 0)
    if "logprobs" in reply:
        logprobs = tuple(float(logprob) for logprob in reply["logprobs"])
        return Scores(logprobs, tuple(reply["lengths"]), prompt_tokens)
    logprob = reply.get("logprob")
    return Completion(
        reply["text"],
        reply.get("finish_reason", "stop"),
        prompt_tokens,
        reply.get("completion_tokens", 0),
        None if logprob is None else float(logprob),
        calls=calls_from_line(reply),
    )


def _drawn(exchanges: Sequence[Mapping[str, Any]]) -> list[Draw]:
    """Return a trial's draws: of each number the first reply, and the second where there is one."""
    replies: dict[int, list[Mapping[str, Any]]] = {}
    for exchange in exchanges:
        if exchange["request"]["kind"] == "generate":
            number = exchange["request"]["sampling"]["draw"]
            replies.setdefault(number, []).append(exchange["reply"])
    return [_draw(replies[number]) for number in sorted(replies)]


def _draw(replies: Sequence[Mapping[str, Any]]) -> Draw:
    conclusion = replies[1]["text"] if len(replies) > 1 else None
    return Draw(replies[0]["text"], conclusion, replies[0].get("finish_reason", "stop"))


def _shown(prompt: str) -> str:
    """Show the end of a prompt."""
    return repr(prompt if len(prompt) <= 160 else "…" + prompt[-160:])
