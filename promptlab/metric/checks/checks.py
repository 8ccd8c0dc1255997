"""Checks of a reply: each is a score of its own, and `passed` is all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from promptlab.extract import Extract, read
from promptlab.metric.checks.check import COST, LATENCY, SIMILAR, Check, checks_of
from promptlab.metric.checks.kinds import bounds
from promptlab.metric.effort import Effort
from promptlab.program import asked_of, generate, parallel
from promptlab.protocols import Encoder, Program, Template
from promptlab.template import QA
from promptlab.types import Answer, Completion, Example, Generate, Question, Sampling, Task

RUBRIC = "Does the reply do what is required? Reply with yes or no alone. Required: "
_YES_NO = Task(answer="yes_no")


@dataclass(frozen=True)
class Checks:
    """Check what the model wrote last, as it stands; no gold answer is needed.

    The reply is the last completion of the strategy: of several draws the last one. Where there is
    none, because the question failed, no check is passed.

    Attributes:
        checks: A kind with its value each: `{contains: refund}`, `{words: {max: 40}}`, with a
            `name` if it is to have one.
        field: The field of a record that holds further checks, as a list or as its JSON text. They
            are data: they may name no function.
        encoder: Texts to unit vectors, for `similar`.
        template: How a rubric is put to the role `judge`.
        sampling: How its verdict is drawn.
    """

    checks: Sequence[Mapping[str, Any]] = ()
    field: str = "checks"
    encoder: Encoder | None = None
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=16)

    without_gold: ClassVar[bool] = True
    reads_reply: ClassVar[bool] = True
    reads_effort: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse what is no check."""
        object.__setattr__(self, "checks", tuple(self.checks))
        self._refuse_similar(self._own)

    @cached_property
    def _own(self) -> list[Check]:
        return checks_of(self.checks, "metric.checks.checks", trusted=True)

    def __call__(
        self,
        answer: Answer,
        example: Example,
        reply: Completion | None,
        effort: Effort = Effort(),  # noqa: B008  it cannot be changed
    ) -> Program[Mapping[str, float]]:
        """Return the score of each check, and `passed`; none where there is no check.

        A bound of what is not known, such as the latency of a stored reply, has no score.

        Raises:
            ValueError: the record's checks are none.
            RequestFailed: the judge could not be asked.
        """
        checks = self._of(example)
        if answer.outcome == "failed" or reply is None:
            scores = dict.fromkeys((check.name for check in checks), 0.0)
        else:
            values = yield from parallel(
                self._score(check, example, reply, effort) for check in checks
            )
            scores = {
                check.name: value
                for check, value in zip(checks, values, strict=True)
                if value is not None
            }
        return scores | ({"passed": float(all(v >= 1 for v in scores.values()))} if scores else {})

    def bounds_cost(self, examples: Sequence[Example]) -> bool:
        """Say whether a check of one of these examples bounds its cost.

        Raises:
            ValueError: a record's checks are none.
        """
        return any(check.kind == COST for each in examples for check in self._of(each))

    def _of(self, example: Example) -> list[Check]:
        """Return the checks of all examples, and those of this one."""
        further = example.question.metadata.get(self.field) or ()
        where = f"question {example.id!r}, field {self.field}"
        checks = checks_of(further, where, trusted=False, before=self._own)
        self._refuse_similar(checks)
        return checks

    def _score(
        self, check: Check, example: Example, reply: Completion, effort: Effort
    ) -> Program[float | None]:
        if check.score is not None:
            return check.score(reply)
        if check.kind in (LATENCY, COST):
            taken = effort.seconds if check.kind == LATENCY else effort.cost
            return None if taken is None else float(bounds(check.value)(taken))
        if check.kind == SIMILAR:
            return self._similar(check, reply.text)
        return (yield from self._judged(check, example, reply.text))

    def _similar(self, check: Check, text: str) -> float:
        assert self.encoder is not None  # noqa: S101  refused where there is none
        from promptlab.index.embedding import encode, unit  # noqa: PLC0415 (loads NumPy)

        one, other = unit(encode(self.encoder, [check.value["to"], text]))
        return float(float(one @ other) >= check.value["at_least"])

    def _judged(self, check: Check, example: Example, text: str) -> Program[float]:
        task = Task(RUBRIC + check.value)
        shown = f"{example.question.text}\nReply: {text}"
        question = Question(example.id, shown, context=example.question.context)
        sampling = self.template.stopping(self.sampling, task)
        request = Generate(self.template.prompt(task, question), sampling)
        verdict = yield from asked_of("judge", generate(request))
        return float(read(verdict, _YES_NO, question, Extract("reply")).text == "yes")

    def _refuse_similar(self, checks: Sequence[Check]) -> None:
        if self.encoder is None and any(check.kind == SIMILAR for check in checks):
            raise ValueError("a check is `similar`, and there is no encoder; expected encoder=…")
