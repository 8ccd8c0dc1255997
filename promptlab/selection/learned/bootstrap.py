"""Bootstrap: demonstrations whose rationales the model wrote, where they end in the right answer.

Zelikman et al., STaR: Bootstrapping Reasoning With Reasoning (2022), without its training; Khattab
et al., DSPy (2023), BootstrapFewShot.
"""

import random
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from promptlab.extract import same
from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked, deepened
from promptlab.program import lifted, parallel, redraw, then
from promptlab.protocols import Program, Select, Selection, Step, Strategy
from promptlab.selection.exclusion import plain
from promptlab.selection.narrowed import wanted
from promptlab.selection.pool import Pool
from promptlab.selection.ranker import Over, Ranker, ranking
from promptlab.types import Answer, Example, Question, Task

ANSWER = "{answer}"
"""Stands in a hint for the right answer."""


@dataclass(frozen=True)
class Bootstrap:
    """Let the model solve members of the pool; those it solves are selected before all others.

    A member that has a rationale keeps it, and is not asked about. In further rounds what was not
    solved is drawn again, shown the first that were; last, with `hints`, it is asked with the right
    answer given away, which the demonstration then does not show.

    Attributes:
        inner: Ranks the members for a question.
        writer: Solves them, by a strategy that reasons.
        task: What is asked, which says when an answer is right.
        candidates: How many members are asked about, drawn by the seed.
        rounds: How often, at most: first greedily, then by chance.
        hints: Whether the right answer is given away at last (STaR's rationalization).
        hint: What then follows the question; `{answer}` in it is the right answer.
        temperature: Of the draws after the first round.
        seed: Decides who is asked about.
    """

    inner: Selection
    writer: Strategy
    task: Task
    candidates: int = 64
    rounds: int = 1
    hints: bool = False
    hint: str = " (Hint: the answer is {answer}.)"
    temperature: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the numbers, and that a hint gives the answer away."""
        for name in ("candidates", "rounds"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1")
        if self.temperature <= 0:
            raise ValueError(f"temperature is {self.temperature}; expected more than 0")
        if ANSWER not in self.hint:
            raise ValueError(f"hint is {self.hint!r}; expected {ANSWER} in it, once")

    def fit(self, pool: Sequence[Example]) -> Program[Select]:
        """Ask for rationales, and fit the inner selection to what was solved.

        Raises:
            ValueError: the pool is too small, or the inner selection hands on no ranking.
        """
        k = wanted(self.inner)
        Pool.of(pool, k)  # before anything is asked
        solved = yield from self._solved(pool)
        if len(solved) < k:
            warnings.warn(
                f"{len(solved)} examples have a rationale that ends in the right answer, and {k} "
                "are to be shown: the others are shown without one; more are found with "
                "selection.candidates=, selection.rounds= or selection.hints=true",
                stacklevel=2,
            )
        every = [solved.get(index, example) for index, example in enumerate(pool)]
        return (yield from lifted(RationalesFirst(self.inner).fit(every)))

    def learned(self, select: Select) -> "RationalesFirst":  # noqa: ARG002  its pool has them
        """Return what selects once the rationales are there, without asking anybody."""
        return RationalesFirst(self.inner)

    def _solved(self, pool: Sequence[Example]) -> Program[dict[int, Example]]:
        """Return the members with a rationale, by index."""
        solved = {index: each for index, each in enumerate(pool) if each.rationale}
        left = [index for index in self._drawn(pool) if pool[index].answer and index not in solved]
        left = left[: self.candidates]
        for number in range(self.rounds):
            shown = [solved[index] for index in sorted(solved)[: wanted(self.inner)]]
            programs = [self._attempt(pool[index].question, shown, number) for index in left]
            solved |= yield from self._right(pool, left, programs)
            left = [index for index in left if index not in solved]
        if self.hints:
            asked = [self._hinted(pool[index]) for index in left]
            programs = [self.writer.solve(question, ()) for question in asked]
            solved |= yield from self._right(pool, left, programs)
        return solved

    def _drawn(self, pool: Sequence[Example]) -> list[int]:
        """Return the order in which members are asked about."""
        order = list(range(len(pool)))
        random.Random(f"bootstrap:{self.seed}").shuffle(order)  # noqa: S311  a draw
        return order

    def _attempt(
        self, question: Question, shown: Sequence[Example], number: int
    ) -> Program[Answer]:
        own = plain(question)
        others = tuple(each for each in shown if plain(each.question) != own)
        solving = self.writer.solve(question, others)
        return redraw(solving, temperature=self.temperature, draw=number) if number else solving

    def _hinted(self, example: Example) -> Question:
        hint = self.hint.replace(ANSWER, example.answer)
        return replace(example.question, text=example.question.text + hint)

    def _right(
        self, pool: Sequence[Example], asked: Sequence[int], programs: Iterable[Program[Answer]]
    ) -> Program[dict[int, Example]]:
        """Return the members that were answered rightly, with the rationale of that."""
        answers = yield from parallel(programs)
        return {
            index: replace(pool[index], rationale=answer.rationale.strip())
            for index, answer in zip(asked, answers, strict=True)
            if answer.rationale.strip() and self._is_right(answer, pool[index])
        }

    def _is_right(self, answer: Answer, example: Example) -> bool:
        gold = (example.answer, *example.aliases)
        return answer.outcome == "parsed" and any(
            same(answer.text, each, self.task) for each in gold
        )


@dataclass(frozen=True)
class RationalesFirst:
    """Select members that have a rationale before all others.

    Attributes:
        inner: Ranks the members for a question.
    """

    inner: Selection

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Fit the inner selection; raise `ValueError` where the pool is too small."""
        k = wanted(self.inner)
        members = Pool.of(pool, k)
        solved = frozenset(index for index, example in enumerate(pool) if example.rationale)

        def around(fitted: Select) -> Select:
            inner = ranking(fitted)
            return Ranker(members, k, Over([inner], partial(_solved_first, inner, solved)))

        return then(self.inner.fit(pool), around)


def _solved_first(
    inner: Ranked, solved: frozenset[int], question: Question, count: int
) -> Step[Sequence[Hit]]:
    """Rank as the inner selection does: those that were solved, and after them the others."""

    def choose(found: Sequence[Hit], all_there: bool) -> Sequence[Hit] | None:
        first = [hit for hit in found if hit.index in solved]
        if len(first) < count and not all_there:
            return None
        return [*first, *(hit for hit in found if hit.index not in solved)][:count]

    return deepened(inner, question, max(count, 1), choose)
