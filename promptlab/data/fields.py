"""Fields: which of a record's fields hold its question, its answer and the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from promptlab.data.record.composed import compose, is_composed, is_in, parts
from promptlab.data.record.nested import ABSENT, get, is_records, paths_within
from promptlab.data.record.row import join_names
from promptlab.data.record.value import is_empty

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "text"),
    "answer": ("answer", "label"),
    "answer_idx": ("answer_idx",),
    "choices": ("choices", "options"),
    "rationale": ("rationale",),
    "context": ("context",),
    "id": ("id",),
    "aliases": ("answers",),
    "messages": ("messages", "conversations"),
}
"""The names that are understood without configuration, the first that a record has; in any case."""

COMPOSED = ("question", "context", "rationale")
"""What may be composed of several fields."""

OFFERED = 6
"""Fields offered where none has a name that says what it is."""
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": (
        "problem",
        "instruction",
        "input",
        "query",
        "sentence",
        "prompt",
        "ctx",
        "stem",
        "message",
        "msg",
        "body",
        "content",
        "review",
        "comment",
        "utterance",
        "tweet",
        "title",
        "题目",
        "问题",
        "文本",
        "内容",
        "留言",
        "评论",
    ),
    "answer": (
        "target",
        "output",
        "answerkey",
        "solution",
        "gold",
        "ideal",
        "correct",
        "response",
        "final_answer",
        "category",
        "class",
        "答案",
        "标签",
    ),
}
"""Names under which published data sets have these: never guessed, but named in a message."""


class NoSuchField(ValueError):  # noqa: N818  said of the records
    """No record has a field of this name."""

    def __init__(self, name: str, there: str) -> None:
        """Say which, and what there is."""
        super().__init__(f"no record has a field {name!r}; they have {there}")
        self.name, self.there = name, there


@dataclass(frozen=True)
class Fields:
    r"""The names of a record's fields; an empty one means the usual names.

    A name may lead into a record, as in `question.stem` or `choices[].text`: see `nested`. A
    question, a context and a rationale may be composed of several fields, as in
    `Subject: {subject}\n{body}`: see `composed`.

    Attributes:
        question: what is asked; usually `question` or `text`.
        answer: the gold answer, or a list of which the first is it and the others aliases; usually
            `answer` or `label`. Where it is given, no usual name is read in its place.
        answer_idx: the position of the right choice, from 0; read where there is no answer.
        choices: a list, an object, or the names of columns that hold a choice each: see `choices`.
        rationale: the worked solution that a demonstration may show.
        context: the passage that the question is about.
        id: names the example in records; where there is none, its split and number do.
        aliases: further answers that count as right; usually `answers`.
        messages: the turns of a conversation, of which the last asks and the next one answers;
            usually `messages` or `conversations`. Read where there is no question.
        metadata: fields to keep in `Question.metadata`: those that a prompt names, and what is
            listed here. No others, because whatever stands there may be seen while answering, and
            many a field gives the answer away. A name that ends in ? may be one that no record has.
    """

    question: str = ""
    answer: str = ""
    answer_idx: str = ""
    choices: str | Sequence[str] = ""
    rationale: str = ""
    context: str = ""
    id: str = ""
    aliases: str = ""
    messages: str = ""
    metadata: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Take any sequence of names for `metadata`, but not one bare name."""
        if isinstance(self.metadata, str):
            raise ValueError(f"fields.metadata is {self.metadata!r}; expected a list of names")
        object.__setattr__(self, "metadata", tuple(self.metadata))
        if not isinstance(self.choices, str):
            object.__setattr__(self, "choices", tuple(map(str, self.choices)))
        for role in COMPOSED:
            if is_composed(getattr(self, role)):
                parts(getattr(self, role))

    def names(self, role: str) -> tuple[str, ...]:
        """Return the names that may hold `role`, most wanted first."""
        configured = getattr(self, role)
        if configured:
            return (configured,) if isinstance(configured, str) else tuple(configured)
        # Whoever says where the answer is does not want further ones from a usual place.
        usual = not self.answer or self.answer in DEFAULTS["answer"]
        return DEFAULTS[role] if usual or role not in ("answer_idx", "aliases") else ()

    def find(self, role: str, values: Mapping[str, Any]) -> str:
        """Return the name under which a record holds `role`, else ''."""
        if not getattr(self, role):
            return _usual(self.names(role), tuple(values))
        return next((name for name in self.names(role) if _has(values, name)), "")

    def read(self, role: str, values: Mapping[str, Any]) -> tuple[str, Any]:
        """Return under which name a record holds `role`, and what; None where that is nothing."""
        configured = getattr(self, role)
        if role in COMPOSED and is_composed(configured) and configured not in values:
            return configured, compose(configured, values) or None
        name = self.find(role, values)
        value = get(values, name) if name else None
        return name, None if is_empty(value) else value

    def role_names(self, values: Mapping[str, Any]) -> set[str]:
        """Return the fields of a record that have a role, or in which something has one."""
        names = {self.find(role, values) for role in DEFAULTS if role != "choices"}
        names |= {name for whole in filter(is_composed, names) for _, name in parts(whole)}
        return names | {re.split(r"[.\[]", name)[0] for name in names}

    def describe_missing(self, role: str, values: Mapping[str, Any]) -> str:
        """Say that a record has no field for `role`, what it has, and what to set."""
        names = " or ".join(map(repr, self.names(role)))
        by_name = {str(name).strip().lower(): name for name in values}
        near = next((by_name[name] for name in OTHER_NAMES.get(role, ()) if name in by_name), "")
        paths = paths_within(values[near], near) if near else list(values)[:OFFERED] or ["?"]
        one = join_names(paths) if len(paths) == 1 else f" to one of {join_names(paths)}"
        lists = [name for name, value in values.items() if is_records(value)]
        hint = (
            f", or dataset.records={join_names(lists[:1])} to read what is there" if lists else ""
        )
        return f"no {names} (it has {join_names(values)}); set dataset.fields.{role}={one}{hint}"


def _has(values: Mapping[str, Any], name: str) -> bool:
    """Return whether a record has a field, or all those of a composition."""
    return get(values, name) is not ABSENT or (is_composed(name) and is_in(name, values))


@lru_cache(maxsize=1024)
def _usual(names: tuple[str, ...], present: tuple[str, ...]) -> str:
    """Return the first of the usual names that is there, in any case; else ''."""
    lowercase = {name.strip().lower(): name for name in reversed(present)}
    matches = (name for name in names if name in present)
    return next(matches, next((lowercase[name] for name in names if name in lowercase), ""))
