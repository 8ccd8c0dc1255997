"""Calibrated: take away what the model prefers whatever it is asked.

Each `method` asks of reference questions, after the demonstrations of the question that is asked,
what it asks of the question, and corrects by what they have in common (see `references.py`).
Demonstrations that are the same for all questions have the same references, which a store of
completions answers once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from promptlab.extract.options.choices import choices
from promptlab.program import parallel
from promptlab.protocols import Program
from promptlab.strategy.calibration.letters import letters
from promptlab.strategy.calibration.prior import Values, divided, mean, normalised
from promptlab.strategy.calibration.references import content_free, random_texts, some_of
from promptlab.strategy.scoring.conclude import conclude
from promptlab.strategy.scoring.valued import Valued
from promptlab.types import Answer, Example, Question, RequestFailed

Method = Literal["contextual", "domain_context", "batch", "prototypical", "pride", "none"]
CONTENT_FREE = ("N/A", "[MASK]", "")
LETTERED = ("choice", "letter")
OF_OTHER_TEXTS = ("perplexity", "pmi", "channel")
"""Modes whose values are no probability of an answer after the prompt."""


@dataclass(frozen=True)
class Calibrated:
    """Correct what another strategy finds every answer worth.

    Attributes:
        inner: Says what every answer is worth: `choose`, in any mode.
        method: `contextual` divides by the mean probability of each answer to content-free
            `inputs`; `domain_context` to texts of random words of the pool; `batch` to questions of
            the pool, whose answers are not looked at; `prototypical` draws borders between clusters
            of such questions; `pride` divides by what the letters of choices have whatever they
            stand for; `none` corrects nothing, to compare with.
        inputs: What says nothing, for `contextual`.
        samples: How many texts of random words, or questions of the pool, there are.
        seed: Decides which.
        pool: The questions of the pool, once the strategy is fitted.
    """

    inner: Valued
    method: Method = "contextual"
    inputs: tuple[str, ...] = CONTENT_FREE
    samples: int = 20
    seed: int = 0
    pool: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        """Check what is calibrated, and by what."""
        object.__setattr__(self, "inputs", tuple(self.inputs))
        if self.method not in get_args(Method):
            raise ValueError(
                f"method is {self.method!r}; expected one of {', '.join(get_args(Method))}"
            )
        if not isinstance(self.inner, Valued):
            raise ValueError(
                f"inner is {type(self.inner).__name__}, which gives no answer's probability; "
                "expected choose"
            )
        if self.method == "contextual" and not self._texts:
            raise ValueError(
                "inputs is empty; expected a content-free text at least, such as N/A, to learn "
                "from what the model prefers whatever it is asked"
                if not self.inputs
                else f"inputs is {list(self.inputs)}, all blank; mode=channel asks how probable a "
                "text is after each answer, so that one at least must have words, such as N/A"
            )
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; expected at least 1")
        asked = getattr(self.inner, "task", None), getattr(self.inner, "by", "letter")
        if self.method == "pride" and asked[0] and (asked[0].answer, asked[1]) != LETTERED:
            raise ValueError(
                f"method=pride is about the letters of choices, and this is a {asked[0].answer!r} "
                f"task answered by {asked[1]}; expected a choice task and strategy.inner.by=letter"
            )

    def fit(self, pool: Sequence[Example]) -> "Calibrated":
        """Take the pool's questions to learn from; their answers are not looked at.

        Raises:
            ValueError: the method learns from the pool, and there is none.
        """
        if self.method in ("contextual", "none") or self.pool:
            return self
        if not pool:
            raise ValueError(f"method={self.method} learns from the pool, and it is empty")
        return replace(self, pool=tuple(example.question for example in pool))

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:
        """Ask the question and its references, and take the answer that is worth most then."""
        return conclude((yield from self.values(question, demos)))

    def values(self, question: Question, demos: Sequence[Example]) -> Program[dict[str, float]]:
        """Return what every answer is worth once it is corrected."""
        if self.method == "none":
            return (yield from self.inner.values(question, demos))
        asked = self.references(question, demos)
        one = letters if self.method == "pride" else _valued
        own, *told = yield from parallel(
            [self.inner.values(question, demos), *(one(self.inner, each, demos) for each in asked)]
        )
        known = [each for each in told if any(map(math.isfinite, each.values()))]
        if not known:
            raise RequestFailed(
                f"the model gives no answer a probability after any of the {len(told)} reference "
                f"questions of method={self.method}"
            )
        return self._corrected(own, known)

    def references(self, question: Question, demos: Sequence[Example]) -> list[Question]:
        """List what is asked to learn what the model prefers.

        Raises:
            ValueError: the strategy was not fitted.
            RequestFailed: no question of the pool is like this one, which others may be.
        """
        if self.method == "contextual":
            return content_free(question, self._texts)
        if not self.pool:
            raise ValueError(f"method={self.method} learns from the pool; fit(pool) comes first")
        if self.method == "domain_context":
            texts = tuple(each.text for each in self.pool)
            return content_free(question, random_texts(texts, self.samples, self.seed))
        seen = {question.id, *(demo.id for demo in demos)}
        alike = [each for each in self.pool if len(choices(each)) == len(choices(question))]
        found = some_of(alike, self.samples, self.seed, seen)
        if not found or (self.method == "pride" and not question.choices):
            raise RequestFailed(
                f"method={self.method} finds no question in the pool with the choices of "
                f"{question.id!r}, {len(question.choices)} in number, that is not shown itself; "
                "expected one at least"
            )
        return found

    @property
    def _texts(self) -> tuple[str, ...]:
        """What says nothing; of a channel, which gives a text's probability, no blank one."""
        if getattr(self.inner, "mode", "") != "channel":
            return self.inputs
        return tuple(text for text in self.inputs if text.strip())

    def _corrected(self, own: Values, told: Sequence[Values]) -> dict[str, float]:
        if self.method != "prototypical":
            # As their authors have it: only batch and pride speak of shares of the probability. In
            # a mode whose values are of other texts than the answers, the shortest reference would
            # outweigh all others.
            mode = getattr(self.inner, "mode", "logprob")
            shared = self.method in ("batch", "pride") or mode in OF_OTHER_TEXTS
            return divided(normalised(own), normalised(mean(told, shared=shared)))
        from promptlab.strategy.calibration.prototypes import prototypical  # noqa: PLC0415  sklearn

        if len(told) < len(own):
            raise ValueError(
                f"method=prototypical draws {len(own)} clusters, and there are {len(told)} "
                "reference questions; expected as many at least: raise strategy.samples"
            )
        vectors = [tuple(normalised(each).values()) for each in (own, *told)]
        values = prototypical(vectors[0], tuple(vectors[1:]), self.seed)
        return dict(zip(own, values, strict=True))


def _valued(inner: Valued, question: Question, demos: Sequence[Example]) -> Program[Values]:
    return (yield from inner.values(question, demos))
