"""How often two ways to read an answer off a completion agree: doubt cast on the reading itself.

Where a variant's score hangs on where in the text its answer is looked for, that is no property of
the prompt. The completions are read again, under the recorded policy and under another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, get_args

from promptlab.extract import Extract, Policy, read, same
from promptlab.records.files import section
from promptlab.report.data.reading.answers import Answered, completions, items
from promptlab.report.data.standings import Standings
from promptlab.report.number_format import percent
from promptlab.types import AnswerKind, Completion, Question, Task

SAMPLE = 1_000
"""Completions read again at most, spread evenly over all."""
LISTED = 5
POLICIES: Mapping[Policy, str] = {
    "after": "what follows the last announcement of an answer",
    "reply": "an answer that opens the text, or is announced, or the first candidate",
    "first": "the first candidate in the text",
    "last": "the last candidate in the text",
}
"""What is read under each policy."""


@dataclass(frozen=True)
class Doubt:
    """A completion of which two extractors read different answers.

    Attributes:
        variant: Whose it is.
        entry: The trial's line.
        one: Read under the first policy; empty where nothing was.
        other: Read under the second.
    """

    variant: str
    entry: Mapping[str, Any]
    one: str
    other: str


@dataclass(frozen=True)
class Agreement:
    """How far two extractors agree.

    Attributes:
        one: The policy that was recorded.
        other: The one it is compared with.
        n: Completions read.
        agreed: Of which both read the same.
        one_right: Of the others, where only the first read the gold answer.
        other_right: Where only the second did.
        examples: A few of the others, those first on which it matters.
    """

    one: Policy
    other: Policy
    n: int
    agreed: int
    one_right: int
    other_right: int
    examples: tuple[Doubt, ...]

    @property
    def policies(self) -> tuple[str, str]:
        """What was read first, and what it is compared with."""
        return POLICIES[self.one], POLICIES[self.other]


def agreement_sentence(agreement: Agreement | None) -> str:
    """Say how far two extractors agree, or why it is not known."""
    if agreement is None:
        return "No config says what kind of answer is wanted, so none was read again."
    if not agreement.n:
        return "Nothing was written that could be read again."
    one, other = agreement.policies
    matters = (
        f"; of the {agreement.n - agreement.agreed:,} others, the first alone is right on "
        f"{agreement.one_right:,} and the second alone on {agreement.other_right:,}"
    )
    return (
        f"Read again by {one}, and by {other}: the same answer in "
        f"{percent(agreement.agreed / agreement.n)} % of {agreement.n:,} completions"
        f"{matters if agreement.agreed < agreement.n else ''}."
    )


def agreement(sweep: Standings) -> Agreement | None:
    """Read a sample of the completions twice; None where no config says what was to be read."""
    task, extract = _task(sweep), _extract(sweep)
    if task is None:
        return None
    other = replace(extract, policy="after" if extract.policy == "last" else "last")
    lines = ((name, answer.line()) for name, answer in _sample(sweep))
    doubts = [_read(name, line, task, extract, other) for name, line in lines if completions(line)]
    differ = [doubt for doubt in doubts if not _agree(doubt, task)]
    right = [
        (doubt, _right(doubt, doubt.one, task), _right(doubt, doubt.other, task))
        for doubt in differ
    ]
    ranked = sorted(right, key=lambda each: (each[1] == each[2], each[1]))
    return Agreement(
        one=extract.policy,
        other=other.policy,
        n=len(doubts),
        agreed=len(doubts) - len(differ),
        one_right=sum(one > other_ for _, one, other_ in right),
        other_right=sum(one < other_ for _, one, other_ in right),
        examples=tuple(doubt for doubt, _, _ in ranked[:LISTED]),
    )


def _sample(sweep: Standings) -> list[tuple[str, Answered]]:
    count = sum(place.cost.answers for place in sweep.ranking)
    every = (
        (name, answer)
        for name in sweep.names
        for answer in chain.from_iterable(sweep.answers[name].values())
    )
    return list(islice(every, 0, None, max(1, -(-count // SAMPLE))))


def _read(
    name: str, entry: Mapping[str, Any], task: Task, extract: Extract, other: Extract
) -> Doubt:
    completion = Completion(completions(entry)[-1])
    choices = tuple(map(str, items(entry, "choices")))
    question = Question(str(entry["id"]), str(entry.get("question", "")), choices)
    one, two = (read(completion, task, question, how).text for how in (extract, other))
    return Doubt(name, entry, one, two)


def _agree(doubt: Doubt, task: Task) -> bool:
    return doubt.one == doubt.other or same(doubt.one, doubt.other, task)


def _right(doubt: Doubt, answer: str, task: Task) -> bool:
    golds = [doubt.entry.get("target", ""), *items(doubt.entry, "aliases")]
    return any(same(answer, str(gold), task) for gold in golds)


def _task(sweep: Standings) -> Task | None:
    """Return the task as a config tells it."""
    for name in sweep.names:
        task = section(sweep.config(name), "dataset", "task")
        if task.get("answer") in get_args(AnswerKind):
            return Task("", task["answer"], tuple(map(str, items(task, "labels"))))
    return None


def _extract(sweep: Standings) -> Extract:
    """Return the extractor of the best variant, as its config tells it."""
    extract = section(sweep.config(sweep.names[0]), "strategy", "extract")
    policy = extract.get("policy", "after")
    digits_only = bool(extract.get("digits_only", extract.get("literal", False)))
    return Extract(policy if policy in get_args(Policy) else "after", digits_only=digits_only)
