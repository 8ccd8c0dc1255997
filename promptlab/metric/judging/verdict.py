"""A judge's verdict: asked once, or again at a temperature, reasons first where they are wanted.

The probabilities of all verdicts, where they are read, give the expected one: Liu et al., G-Eval,
2023. Reasons come before the verdict, since what comes after it can only defend it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp
from statistics import fmean
from typing import Literal

from promptlab.metric.judging.judge_prompt import JudgePrompt
from promptlab.metric.judging.options import Options
from promptlab.program import generate, parallel, redraw, score
from promptlab.protocols import Program
from promptlab.types import Generate, Prompt, RequestFailed, Sampling, Score

Reading = Literal["reply", "probabilities"]


@dataclass(frozen=True)
class Asking:
    """How a verdict is asked for.

    Attributes:
        template: How reasons and verdict continue the prompt.
        reading: Whether the verdict is what the reply says, or expected by its probabilities.
        reasons: Whether the judge is to give reasons first.
        repeats: How often it is asked.
        temperature: Of repeats; one verdict alone is drawn as `sampling` says.
        reason_tokens: Most tokens of reasons.
        sampling: How the verdict is drawn.
    """

    template: JudgePrompt
    reading: Reading
    reasons: bool
    repeats: int
    temperature: float
    reason_tokens: int
    sampling: Sampling

    def verdict(self, prompt: Prompt, options: Options, cue: str) -> Program[float]:
        """Ask once; return what the verdict is worth, from 0 to 1.

        Raises:
            RequestFailed: the reply is no verdict, or nobody replied.
        """
        if self.reasons:
            sampling = replace(self.sampling, max_tokens=self.reason_tokens, stop=(cue,))
            said = yield from generate(Generate(prompt, sampling, "judge"))
            prompt = self.template.concluding(prompt, said.text, cue)
        if self.reading == "reply":
            reply = yield from generate(Generate(prompt, self._stopping, "judge"))
            return options.value(reply)
        written = self.template.continuation
        words = (written(word, cue, reasons=self.reasons) for word in options.words)
        scores = yield from score(Score(prompt, tuple(words), "judge"))
        return expected(scores.logprobs, options.values)

    @property
    def _stopping(self) -> Sampling:
        if self.sampling.stop or (self.template.layout == "turns" and not self.reasons):
            return self.sampling
        return replace(self.sampling, stop=("\n",))


@dataclass(frozen=True)
class Verdicts:
    """What repeats say: what each is worth, None where it was no verdict, and what was wrong."""

    values: tuple[float | None, ...]
    errors: tuple[RequestFailed, ...] = ()

    @property
    def known(self) -> list[float]:
        """Those that are a verdict."""
        return [value for value in self.values if value is not None]

    @property
    def mean(self) -> float:
        """What they come to.

        Raises:
            RequestFailed: none is a verdict; says what is wrong with the first.
        """
        if not self.known:
            raise self.errors[0]
        return fmean(self.known)


def repeated(asking: Asking, once: Callable[[], Program[float]]) -> Program[Verdicts]:
    """Ask as often as is wanted, side by side; a repeat that is no verdict spoils no other."""
    programs = [once() for _ in range(asking.repeats)]
    if asking.repeats > 1:
        programs = [
            redraw(program, temperature=asking.temperature, draw=draw)
            for draw, program in enumerate(programs)
        ]
    said = yield from parallel(map(_attempted, programs))
    errors = tuple(each for each in said if isinstance(each, RequestFailed))
    return Verdicts(tuple(None if isinstance(v, RequestFailed) else v for v in said), errors)


def expected(logprobs: tuple[float, ...], values: tuple[float, ...]) -> float:
    """Return the expected value, by the probabilities that the options have among themselves."""
    top = max(logprobs)
    weights = [exp(logprob - top) for logprob in logprobs]
    total = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    return min(1.0, max(0.0, total))


def _attempted(program: Program[float]) -> Program[float | RequestFailed]:
    try:
        return (yield from program)
    except RequestFailed as failure:
        return failure
