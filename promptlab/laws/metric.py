"""The laws of metrics: a number from 0 to 1 for every answer, also for one that is not there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

from promptlab.laws.driving import Broken, driven, failing, outcome, saying
from promptlab.laws.examples import QUESTIONS
from promptlab.program import lifted
from promptlab.protocols import Metric, Program
from promptlab.types import (
    Answer,
    AnswerKind,
    Completion,
    Example,
    Outcome,
    Passage,
    RequestFailed,
)

SAID = ("7", "yes", "", "🙂\x00", "A" * 2000)
Law = Callable[[Metric, AnswerKind], None]


def _program(metric: Metric, answer: Answer, kind: AnswerKind) -> Program[Any]:
    """Score an answer by a metric, which may read the reply and the passages too."""
    more: list[Any] = []
    if getattr(metric, "reads_reply", False):
        more.append(Completion(answer.text))
    if getattr(metric, "reads_passages", False):
        more.append([Passage("a", "7")])
    if getattr(metric, "reads_draws", False):
        more.append([Completion(answer.text), Completion("3"), Completion("")])
    return lifted(metric(answer, Example(QUESTIONS[kind], "7"), *more))


def scores_every_answer_from_0_to_1(metric: Metric, kind: AnswerKind) -> None:
    """Whatever is answered has a score, and so has what was not found."""
    missing = [Answer("", outcome=each) for each in get_args(Outcome) if each != "parsed"]
    for answer in (*map(Answer, SAID), *missing):
        ended = outcome(_program(metric, answer, kind), saying("3"))
        scores = ended.values() if isinstance(ended, Mapping) else [ended]
        if not isinstance(ended, RequestFailed) and not all(0 <= each <= 1 for each in scores):
            raise Broken(f"{answer.text[:20]!r} ({answer.outcome}) is scored {ended!r}")


def scores_alike_what_is_alike(metric: Metric, kind: AnswerKind) -> None:
    """The same answer has the same score."""
    one, other = (driven(_program(metric, Answer("7"), kind), saying("3")) for _ in range(2))
    if one != other:
        raise Broken(f"first {one[1]!r}, then {other[1]!r}")


def ends_with_the_failure_of_what_it_asks(metric: Metric, kind: AnswerKind) -> None:
    """A request that fails is raised as it is."""
    error, asked = RequestFailed("refused"), list[Any]()
    ended = outcome(_program(metric, Answer("7"), kind), failing(error, asked))
    if asked and ended is not error:
        raise Broken(f"every request fails, and it ends with {ended!r}")


LAWS: Sequence[Law] = (
    scores_every_answer_from_0_to_1,
    scores_alike_what_is_alike,
    ends_with_the_failure_of_what_it_asks,
)
