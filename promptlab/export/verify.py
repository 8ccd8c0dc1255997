"""That a winner asks what was recorded: the prompts of every trial, byte for byte.

A trial is answered once more, with the recorded replies in the place of a model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from promptlab.export.winner import Winner
from promptlab.program import interposed, solve
from promptlab.protocols import ContextOverflow, Program
from promptlab.route import Route
from promptlab.types import (
    Exchange,
    Failed,
    Question,
    Reply,
    Request,
    RequestFailed,
    Stage,
    Trial,
)

T = TypeVar("T")

Asked = tuple[Question, Trial]
"""A trial with its question, whose metadata no record keeps."""
ANSWERING = ("retrieval", "selection", "ordering", "strategy")
"""The stages that come to an answer."""
SHOWN = 60
"""Characters of two prompts that are shown where they differ."""


class Differs(ValueError):  # noqa: N818  said of what is asked
    """Something else is asked, or answered, than was recorded."""


def verify(winner: Winner, trials: Iterable[Asked]) -> None:
    """Hold a winner against the trials of its run.

    Args:
        winner: What is to be exported.
        trials: All of them.

    Raises:
        Differs: a prompt or an answer is not the recorded one; the question is named.
    """
    for question, trial in trials:
        try:
            _hold(winner, question, trial)
        except Differs as error:
            raise Differs(
                f"question {question.id!r}: {error}. Something that the run was made with has "
                "changed since (its data, a file, a component): run it again, then export"
            ) from error


def _hold(winner: Winner, question: Question, trial: Trial) -> None:
    """Answer a question as it was answered; an answer that failed then may fail now."""
    replay = _Replay([each for each in trial.exchanges if each.stage in ANSWERING])
    try:
        answer = solve(winner.asking(question, replay.through), Route({})).answer
    except RequestFailed as error:
        if trial.answer.outcome == "failed" and not replay.left:
            return
        raise replay.first or Differs(f"it now fails: {error}") from error
    if replay.left:
        raise Differs(f"{len(replay.left)} requests are recorded that it no longer makes")
    if answer != trial.answer:
        raise Differs(f"its answer is read as {answer.text!r}, recorded is {trial.answer.text!r}")


@dataclass
class _Replay:
    """The exchanges of one trial, answering in the place of a model.

    What was not asked then did not fit the model's window then: it fails as it did, so that a
    demonstration is dropped.
    """

    left: list[Exchange]
    first: Differs | None = None

    def through(self, stage: Stage, program: Program[T]) -> Program[T]:  # noqa: ARG002
        """Stand around a stage's program."""
        return interposed(program, self._each)

    def _each(self, requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        yield from ()
        next_, rest = self.left[: len(requests)], self.left[len(requests) :]
        if [exchange.request for exchange in next_] == list(requests):
            self.left = rest
            return [_reply(exchange.reply) for exchange in next_]
        self.first = self.first or _difference(requests, next_)
        return [Failed(ContextOverflow(0, 0))] * len(requests)


def _reply(reply: Reply) -> Reply:
    """Give back the kind of an overflow, of which the record keeps the name."""
    is_overflow = isinstance(reply, Failed) and type(reply.error).__name__ == "ContextOverflow"
    return Failed(ContextOverflow(0, 0)) if is_overflow else reply


def _difference(requests: Sequence[Request], recorded: Sequence[Exchange]) -> Differs:
    """Say where what is asked and what was recorded begin to differ."""
    for request, exchange in zip(requests, recorded, strict=False):
        now, then = request.text, exchange.request.text
        if now != then:
            at = sum(
                1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(now, then, strict=False))
            )
            return Differs(
                f"its prompt differs from the recorded one at character {at}: "
                f"{now[at : at + SHOWN]!r}, recorded is {then[at : at + SHOWN]!r}"
            )
        if request != exchange.request:
            return Differs(f"its request is {request!r}"[-200:] + "; recorded is another")
    return Differs(f"it asks {len(requests)} requests, recorded are {len(recorded)}")
