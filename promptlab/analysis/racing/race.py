"""A race: the best of many variants with fewer answers; whoever is behind is dropped.

All variants answer the same examples, block by block, in an order drawn by chance. After each block
those are dropped that are shown to be behind (see `statistics.betting` for how, and for why the
best is dropped with a probability of at most `alpha`).
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from promptlab.analysis.racing.contender import Contender
from promptlab.analysis.racing.elimination import RaceState, eliminate
from promptlab.analysis.racing.record import Rules, race_content, status, write
from promptlab.experiment import Experiment
from promptlab.protocols import Model
from promptlab.types import Example

Watch = Callable[[Mapping[str, Any], str], None]
"""Called with the state of the race and the variant being asked; empty after a decision."""


def race(
    experiments: Sequence[Experiment],
    *,
    folder: Path | str = "outputs/race",
    alpha: float = 0.05,
    block: int = 20,
    tokens: int | None = None,
    metric: str = "accuracy",
    seed: int = 0,
    population: bool = False,
    watch: Watch | None = None,
) -> dict[str, Any]:
    """Find the best of some variants.

    The race ends when one variant is left, when all examples were answered, or when the tokens are
    spent. It can be stopped at any time; the same call goes on where it was (for experiments that
    have a `config`, as with single runs).

    Args:
        experiments: The variants: different names and folders, the same test examples. Examples
            without a gold answer are not asked.
        folder: Where `race.json` is written.
        alpha: Bounds the probability of dropping the best variant (of several equally good ones:
            the first), over all variants and blocks.
        block: How many examples are asked between two decisions.
        tokens: No further block is asked that would take more than so many, read and written, by
            what answers took before.
        metric: The name of the score that decides; its scores are from 0 to 1.
        seed: Of the order of the examples.
        population: False: the best is the variant with the highest mean on all the test examples,
            the winner of a full sweep. True: on further examples of the same kind; takes more.
        watch: Called with every change.

    Returns:
        What `race.json` holds: `winner` (None where several are left), `left` (best first),
        `verdict` (a sentence), `dropped` (when and why), `variants`, `cost`.

    Raises:
        ValueError: these variants cannot race, and why.
    """
    rules = Rules(alpha, block, tokens, metric, seed, population)
    _check(experiments, metric)
    test = shuffle_examples(experiments[0].dataset.test, seed)
    with ExitStack() as stack:
        contenders = [
            stack.enter_context(Contender(experiment))
            for experiment in _enter(experiments, test, block)
        ]
        return _Race(rules, contenders, len(test), Path(folder), watch).run()


def shuffle_examples(test: Sequence[Example], seed: int) -> tuple[Example, ...]:
    """Put the examples that have a gold answer in the order of a race.

    Raises:
        ValueError: there are none.
    """
    scored = [example for example in test if example.answer]
    if not scored:
        raise ValueError("no test example has a gold answer; a race needs answers to score")
    return tuple(random.Random(f"race:{seed}").sample(scored, len(scored)))  # noqa: S311  an order


class _Race:
    """A race going on."""

    def __init__(
        self,
        rules: Rules,
        contenders: Sequence[Contender],
        examples: int,
        folder: Path,
        watch: Watch | None,
    ) -> None:
        self.rules, self.contenders, self.examples = rules, contenders, examples
        self.folder, self.watch = folder, watch
        self.standing: RaceState | None = None

    def run(self) -> dict[str, Any]:
        """Race to the end."""
        for standing in self._standings():
            dropped = len(self.standing.dropped) if self.standing else 0
            self.standing = standing
            for drop in standing.dropped[dropped:]:
                self._finish(drop.variant, "")
            self._tell(write_down=True)
        end = self._ended()
        for number in self.standing.left if self.standing else ():
            self._finish(number, end)
        return self._tell(end, write_down=True)

    def _standings(self) -> Iterator[RaceState]:
        return eliminate(
            self._ask,
            len(self.contenders),
            self.examples,
            alpha=self.rules.alpha,
            block=self.rules.block,
            population=self.rules.population,
            enough=self._is_spent,
        )

    def _ask(self, variants: Sequence[int], start: int, stop: int) -> list[list[float]]:
        """Return the scores of a block, by example."""
        del start  # contenders know how far they are
        scores = [self._scores(self.contenders[variant], stop) for variant in variants]
        return [list(row) for row in zip(*scores, strict=True)]

    def _scores(self, contender: Contender, stop: int) -> list[float]:
        self._tell(asking=contender.name)
        try:
            trials = contender.answer(stop)
        except Exception as error:
            error.add_note(contender.name)
            raise
        return [trial.scores[self.rules.metric] for trial in trials]

    def _is_spent(self) -> bool:
        """Whether one more block would go beyond the tokens, by what answers took so far."""
        if self.rules.tokens is None:
            return False
        spent = sum(contender.tokens for contender in self.contenders)
        left = self.standing.left if self.standing else range(len(self.contenders))
        block = sum(self._expected(self.contenders[number]) for number in left)
        return spent + block > self.rules.tokens

    def _expected(self, contender: Contender) -> float:
        """Return the tokens that a contender's next block may take; 0 where nothing is known."""
        count = min(self.rules.block, self.examples - contender.answered)
        return count * contender.tokens / contender.answered if contender.answered else 0

    def _ended(self) -> str:
        if self.standing and len(self.standing.left) == 1:
            return "one left"
        all_seen = self.standing and self.standing.examples == self.examples
        return "examples" if all_seen else "tokens"

    def _finish(self, number: int, end: str) -> None:
        became = status(number, self.standing, end)
        tags = {"race": self.folder.name, "race_status": became}
        self.contenders[number].finish(tags, paused=became == "stopped")

    def _tell(self, end: str = "", *, asking: str = "", write_down: bool = False) -> dict[str, Any]:
        content = race_content(self.rules, self.contenders, self.examples, self.standing, end)
        if write_down:
            write(content, self.folder)
        if self.watch:
            self.watch(content, asking)
        return content


def _enter(
    experiments: Sequence[Experiment], test: tuple[Example, ...], block: int
) -> list[Experiment]:
    """Give all variants the race's examples; equal models are shared."""
    models: list[Model] = []
    variants = []
    for experiment in experiments:
        model = next(
            (earlier for earlier in models if earlier == experiment.model), experiment.model
        )
        models.append(model)
        dataset = replace(experiment.dataset, test=test)
        variants.append(replace(experiment, dataset=dataset, model=model, batch=block))
    return variants


def _check(experiments: Sequence[Experiment], metric: str) -> None:
    if len(experiments) < 2:
        raise ValueError(
            f"{len(experiments)} variant to race; expected at least two: selection=random,knn, say"
        )
    for attribute in ("name", "folder"):
        _check_distinct(
            [str(getattr(experiment, attribute)) for experiment in experiments], attribute
        )
    for experiment in experiments:
        if metric not in experiment.metric:
            names = ", ".join(sorted(experiment.metric)) or "none at all"
            raise ValueError(
                f"{experiment.name} has no metric {metric!r}; expected one of: {names}"
            )
        if experiment.dataset.test != experiments[0].dataset.test:
            raise ValueError(
                f"{experiment.name} and {experiments[0].name} have different test examples "
                f"({experiment.dataset.name}, {experiments[0].dataset.name}); a race needs the same"
            )


def _check_distinct(values: Sequence[str], attribute: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(
                f"two variants have the {attribute} {value!r}; give each one of its own"
            )
