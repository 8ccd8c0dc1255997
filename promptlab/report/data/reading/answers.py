"""All answers of a sweep, as little of each as a report needs; texts are read again when shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

from promptlab.analysis.comparison.key import Key
from promptlab.analysis.comparison.runs import RunScores, read_run
from promptlab.records.files import TRIALS, section
from promptlab.report.data.reading.gold import names
from promptlab.report.data.reading.outcome import kind
from promptlab.report.data.reading.sureness import sureness


class Asked(NamedTuple):
    """An example: its id, and a digest of what it asks and expects."""

    id: str
    digest: str


class Item(NamedTuple):
    """What an example asks and expects."""

    question: str
    gold: str


class Answered(NamedTuple):
    """One answer.

    Attributes:
        kind: What became of it, one of `outcome.NAMES`.
        score: NaN where it has none.
        prediction: As it was read off; empty where nothing was.
        named: The text names the gold answer, though the score is not full.
        prompt_tokens: Of all requests for it.
        completion_tokens: Of all replies.
        calls: Requests made for it.
        path: The file that has all of it.
        start: Where in the file.
        shown: Whether its texts may be seen.
        share: Of the votes, or of the probability, that it got; NaN where that is not known.
        margin: By what share of them it leads the second; NaN likewise.
    """

    kind: str
    score: float
    prediction: str
    named: bool
    prompt_tokens: int
    completion_tokens: int
    calls: int
    path: Path
    start: int
    shown: bool = True
    share: float = nan
    margin: float = nan

    def line(self) -> dict[str, Any]:
        """Read the whole trial again."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            entry: dict[str, Any] = json.loads(file.readline())
        return entry


@dataclass
class SweepAnswers:
    """What was read from the folders of a sweep.

    Attributes:
        items: What was asked.
        of: The answers of each folder, by example; one that was asked repeatedly has several.
        runs: Each folder's run.
    """

    items: dict[Asked, Item] = field(default_factory=dict)
    of: dict[Path, dict[Asked, list[Answered]]] = field(default_factory=dict)
    runs: dict[Path, RunScores] = field(default_factory=dict)

    def read(self, folder: Path, metric: str) -> RunScores:
        """Read one folder, and keep what a report needs; damage in it never raises."""
        answers: dict[Asked, list[Answered]] = {}
        path = folder / TRIALS
        counted: set[int] = set()

        def tell(key: Key, entry: Mapping[str, Any], start: int) -> None:
            question = Asked(key.id, key.text)
            if question not in self.items:
                self.items[question] = Item(_text(entry, "question"), _text(entry, "target"))
            answers.setdefault(question, []).append(answered(entry, metric, path, start, counted))

        self.of[folder] = answers
        self.runs[folder] = run = read_run(folder, metric, tell)
        return run


def answered(
    entry: Mapping[str, Any], metric: str, path: Path, start: int, counted: set[int]
) -> Answered:
    """Read what a report counts from a trial's line; missing or malformed fields count as absent.

    Args:
        entry: The line.
        metric: The score.
        path: The line's file.
        start: Where in the file.
        counted: Requests so far, to which this line's are added: what several trials asked
            (the making of their demonstrations, say) was asked once.
    """
    score = entry["scores"].get(metric, nan)
    became = kind(str(entry.get("outcome", "")), score)
    replies = [section(exchange, "reply") for exchange in exchanges(entry)]
    fresh = _fresh(entry, counted)
    share, margin = sureness(entry)
    return Answered(
        kind=became,
        score=score,
        prediction=_text(entry, "prediction"),
        named=became != "right" and _names_gold(entry, replies),
        prompt_tokens=sum(map(_tokens_read, fresh)),
        completion_tokens=sum(_count(reply, "completion_tokens") for reply in fresh),
        calls=len(fresh),
        path=path,
        start=start,
        share=share,
        margin=margin,
    )


def _fresh(entry: Mapping[str, Any], counted: set[int]) -> list[Mapping[str, Any]]:
    """Return the replies to requests that were not counted yet, and count them."""
    replies = []
    for exchange in exchanges(entry):
        request = section(exchange, "request")
        mark = hash(tuple(map(str, request.values())))
        if mark not in counted:
            counted.add(mark)
            replies.append(section(exchange, "reply"))
    return replies


def exchanges(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the exchanges of a trial's line."""
    return [each for each in items(entry, "exchanges") if isinstance(each, Mapping)]


def prompts(entry: Mapping[str, Any]) -> list[str]:
    """Return the different prompts of a trial's line, in the order they were asked.

    What a metric asked about the answer, of a judge say, is none of them.
    """
    asked = (each for each in exchanges(entry) if each.get("stage") != "metric")
    return list(dict.fromkeys(_prompt(section(each, "request")) for each in asked))


def completions(entry: Mapping[str, Any]) -> list[str]:
    """Return the texts that the model wrote for a trial."""
    replies = (section(each, "reply") for each in exchanges(entry))
    return [_said(reply, "text") for reply in replies if "text" in reply]


def _prompt(request: Mapping[str, Any]) -> str:
    if "text" in request:
        return _text(request, "text")
    offered = [_offered(tool) for tool in items(request, "tools") if isinstance(tool, Mapping)]
    spoken = [turn for turn in items(request, "messages") if isinstance(turn, Mapping)]
    tools = ["\n".join(["[tools]", *offered])] if offered else []
    return "\n\n".join([*tools, *(f"[{_role(turn)}]\n{_said(turn, 'content')}" for turn in spoken)])


def _offered(tool: Mapping[str, Any]) -> str:
    told = {part: _text(tool, part) for part in ("name", "description", "parameters")}
    return f"{told['name']}: {told['description']}\n    {told['parameters']}"


def _role(turn: Mapping[str, Any]) -> str:
    """Return a turn's role; a tool's with its name."""
    names = [_text(call, "name") for call in _calls(turn)] if turn.get("role") == "tool" else []
    return " ".join([_text(turn, "role"), *names])


def _said(turn: Mapping[str, Any], key: str) -> str:
    """Return the text of a turn or a reply, and after it the calls that it makes."""
    made = [] if turn.get("role") == "tool" else _calls(turn)
    calls = [f"→ {_text(call, 'name') or '?'} {_text(call, 'arguments')}" for call in made]
    text = _text(turn, key)
    return "\n".join([*([text] if text or not calls else []), *calls])


def _calls(turn: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [call for call in items(turn, "calls") if isinstance(call, Mapping)]


def _names_gold(entry: Mapping[str, Any], replies: list[Mapping[str, Any]]) -> bool:
    aliases = [str(alias) for alias in items(entry, "aliases")]
    choices = [str(choice) for choice in items(entry, "choices")]
    text = "\n".join(_text(reply, "text") for reply in replies if "text" in reply)
    return names(text, [_text(entry, "target"), *aliases], choices)


def items(entry: Mapping[str, Any], key: str) -> list[Any]:
    """Return the list under a key of a line; an empty one where there is none."""
    value = entry.get(key)
    return value if isinstance(value, list) else []


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    return "" if value is None else str(value)


def _tokens_read(reply: Mapping[str, Any]) -> int:
    """Count the prompt's tokens, and those of continuations that were scored."""
    scored = (length for length in items(reply, "lengths") if isinstance(length, int))
    return _count(reply, "prompt_tokens") + sum(scored)


def _count(entry: Mapping[str, Any], key: str) -> int:
    value = entry.get(key)
    return value if isinstance(value, int) else 0
