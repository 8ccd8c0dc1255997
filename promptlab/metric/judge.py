"""A judge: a model reads an answer and says how good it is, or which of two answers is better.

Zheng et al., Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena, 2023: single-answer grading,
with the gold answer as reference or without, and pairwise comparison in both orders.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from promptlab.metric.judging.judge_prompt import JUDGE_V1, JudgePrompt
from promptlab.metric.judging.options import PREFERENCE, Options, scale
from promptlab.metric.judging.verdict import Asking, Reading, Verdicts, repeated
from promptlab.program import parallel
from promptlab.protocols import Program
from promptlab.types import Answer, Example, Prompt, Sampling, Task


@dataclass(frozen=True)
class Preference:
    """How much better the first of two answers is than the second, in either order.

    Attributes:
        forward: The first answer was shown first; 1 is the first answer, 0 the second, 0.5 a tie.
        backward: It was shown second; 1 is the first answer again.
    """

    forward: Verdicts
    backward: Verdicts

    @property
    def mean(self) -> float:
        """The mean over both orders.

        Raises:
            RequestFailed: there is no verdict in one of them.
        """
        return fmean((self.forward.mean, self.backward.mean))


@dataclass(frozen=True)
class Judge:
    """Ask the role `judge` for a grade, and return it on a scale from 0 to 1.

    The judge is the model under test, unless a run names another. An answer that was not read is 0,
    and nobody is asked about it.

    Attributes:
        task: What was asked of every question; its instruction is shown.
        prompt: How it is written, by its version.
        rubric: What is judged, empty for the prompt's own; it may name `{worst}` and `{best}`.
        worst: The lowest grade.
        best: The highest.
        reference: Whether the gold answer is shown, where it is known.
        rationale: Whether the reasoning before an answer is shown with it.
        reading: `reply` takes the grade that is written; `probabilities` the expected grade by the
            probabilities of all grades, which a model of one's own knows, and some servers.
        reasons: Whether the judge gives its reasons first.
        repeats: How often it is asked; the mean counts.
        temperature: Of repeats.
        reason_tokens: Most tokens of reasons.
        sampling: How the grade is drawn.
    """

    task: Task = Task()
    prompt: JudgePrompt = JUDGE_V1
    rubric: str = ""
    worst: int = 1
    best: int = 5
    reference: bool = True
    rationale: bool = False
    reading: Reading = "reply"
    reasons: bool = False
    repeats: int = 1
    temperature: float = 0.7
    reason_tokens: int = 256
    sampling: Sampling = Sampling(max_tokens=16)

    without_gold: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the scale, and that repeats can differ."""
        if not self.worst < self.best:
            raise ValueError(
                f"worst is {self.worst} and best is {self.best}; expected a smaller number and "
                "then a larger one"
            )
        if self.reading not in ("reply", "probabilities"):
            raise ValueError(f"reading is {self.reading!r}; expected reply or probabilities")
        if self.repeats < 1:
            raise ValueError(f"repeats is {self.repeats}; expected at least 1")
        if self.reading == "probabilities":
            self._check_probabilities()

    def _check_probabilities(self) -> None:
        words = self.scale.words
        if any(one != other and other.startswith(one) for one in words for other in words):
            raise ValueError(
                f"reading=probabilities with grades from {self.worst} to {self.best}: one is the "
                "beginning of another, so that its probability is no longer its own; expected a "
                "scale such as 1 to 9, or reading=reply"
            )
        if self.repeats > 1 and not self.reasons:
            raise ValueError(
                f"repeats is {self.repeats} with reading=probabilities and no reasons, which is "
                "the same every time; expected repeats=1, or reasons=true, or reading=reply"
            )

    @property
    def scale(self) -> Options:
        """The grades."""
        return scale(self.worst, self.best)

    def __call__(self, answer: Answer, example: Example) -> Program[float]:
        """Ask for the grade; raise `RequestFailed` where the reply is none."""
        return (yield from self.grade(answer, example)).mean

    def grade(self, answer: Answer, example: Example) -> Program[Verdicts]:
        """Ask for the grade, as often as is wanted."""
        if answer.outcome != "parsed":
            return Verdicts((0.0,))
        prompt = self.prompt.graded(
            self.rubric,
            (self.worst, self.best),
            self._shown(example),
            self._said(answer, example),
            reasons=self.reasons,
        )
        return (yield from repeated(self.asking, self._once(prompt, self.scale)))

    def prefer(self, first: Answer, second: Answer, example: Example) -> Program[Preference]:
        """Ask which of two answers is better, shown in either order.

        An answer that was not read is worse than one that was, and two that are the same are
        equally good; nobody is asked then.
        """
        there = [answer.outcome == "parsed" for answer in (first, second)]
        said = self._said(first, example), self._said(second, example)
        if not all(there) or said[0] == said[1]:
            known = Verdicts(((1 + there[0] - there[1]) / 2,))
            return Preference(known, known)
        shown = self._shown(example)
        orders = said, (said[1], said[0])
        prompts = [
            self.prompt.compared(self.rubric, shown, order, reasons=self.reasons)
            for order in orders
        ]
        forward, backward = yield from parallel(
            repeated(self.asking, self._once(prompt, PREFERENCE)) for prompt in prompts
        )
        return Preference(forward, swapped(backward))

    @property
    def asking(self) -> Asking:
        """How each verdict is asked for."""
        return Asking(
            self.prompt,
            self.reading,
            self.reasons,
            self.repeats,
            self.temperature,
            self.reason_tokens,
            self.sampling,
        )

    def _said(self, answer: Answer, example: Example) -> str:
        return self.prompt.said(example.question, answer, rationale=self.rationale)

    def _shown(self, example: Example) -> str:
        gold = example.answer if self.reference else ""
        return self.prompt.asked(self.task, example.question, gold)

    def _once(self, prompt: Prompt, options: Options) -> Callable[[], Program[float]]:
        cues = {"number": self.prompt.grade_cue, "choice": self.prompt.letter_cue}
        return lambda: self.asking.verdict(prompt, options, cues[options.kind])


def swapped(verdicts: Verdicts) -> Verdicts:
    """Return the verdicts on the first shown as verdicts on the second."""
    values = tuple(None if value is None else 1 - value for value in verdicts.values)
    return Verdicts(values, verdicts.errors)
