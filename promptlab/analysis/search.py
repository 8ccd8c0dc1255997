"""Search: which variant to try next, learnt from those already tried.

Optuna's tree-structured Parzen estimator (Bergstra et al., Algorithms for Hyper-Parameter
Optimization, 2011; https://optuna.org) proposes; no variant is proposed twice. Trial n depends on
the seed and the trials before it alone, so that a search which was stopped and called again ends
with the same trials.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlab.types import digest

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

PATIENCE = 20
"""Proposals of variants that were tried, after which an untried one is drawn by chance."""

Params = Mapping[str, Any]
"""What Optuna proposes for each axis."""


@dataclass(frozen=True)
class ChoiceAxis:
    """One of several values.

    Attributes:
        key: What is varied, as the command line says it.
        values: As the command line says them.
        ordered: The values are numbers in their order, so that neighbours resemble each other.
    """

    key: str
    values: tuple[str, ...]
    ordered: bool = False

    def __post_init__(self) -> None:
        """Take each value once."""
        object.__setattr__(self, "values", tuple(dict.fromkeys(self.values)))

    @property
    def size(self) -> int:
        """How many values there are."""
        return len(self.values)

    def distribution(self) -> "BaseDistribution":
        """Describe the values to Optuna; ordered ones by their positions."""
        from optuna import distributions  # noqa: PLC0415  an extra

        if self.ordered:
            return distributions.IntDistribution(0, self.size - 1)
        return distributions.CategoricalDistribution(self.values)

    def format(self, param: Any) -> str:
        """Write a value as on the command line."""
        return self.values[param] if self.ordered else str(param)

    def draw(self, chance: random.Random) -> Any:
        """Draw a value at random."""
        position = chance.randrange(self.size)
        return position if self.ordered else self.values[position]


@dataclass(frozen=True)
class RangeAxis:
    """A number between two others, both included: a whole one where both are whole.

    Attributes:
        key: What is varied, as the command line says it.
        low: The smallest.
        high: The largest.
        log: Small numbers are tried as often as large ones.
    """

    key: str
    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        """Check that the interval is not empty."""
        if not self.low < self.high or (self.log and self.low <= 0):
            above = ", above 0 for a logarithm" if self.log else ""
            raise ValueError(
                f"{self.key}=interval({self.low},{self.high}): expected a smaller number and then "
                f"a larger one{above}"
            )

    @property
    def whole(self) -> bool:
        """Whether only whole numbers are meant."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def size(self) -> int | None:
        """How many values there are; None where they are not counted."""
        return int(self.high - self.low) + 1 if self.whole else None

    def distribution(self) -> "BaseDistribution":
        """Describe the interval to Optuna."""
        from optuna import distributions  # noqa: PLC0415  an extra

        if self.whole:
            return distributions.IntDistribution(int(self.low), int(self.high), log=self.log)
        return distributions.FloatDistribution(self.low, self.high, log=self.log)

    def format(self, param: Any) -> str:
        """Write a number as on the command line, with four digits."""
        return str(param) if self.whole else f"{param:.4g}"

    def draw(self, chance: random.Random) -> Any:
        """Draw a number at random."""
        if self.whole:
            return chance.randint(int(self.low), int(self.high))
        return chance.uniform(self.low, self.high)


Axis = ChoiceAxis | RangeAxis


@dataclass(frozen=True)
class SearchTrial:
    """A variant that was tried.

    Attributes:
        params: Where it lies in the space.
        value: Its score; None where it failed.
        error: Why it failed.
    """

    params: Params
    value: float | None
    error: str = ""


def format_values(space: Sequence[Axis], params: Params) -> tuple[str, ...]:
    """Format a variant's values as on the command line, in the order of the space."""
    return tuple(axis.format(params[axis.key]) for axis in space)


def count_variants(space: Sequence[Axis]) -> int | None:
    """Count the variants; None where an axis is continuous."""
    sizes = [axis.size for axis in space]
    return None if None in sizes else prod(size for size in sizes if size is not None)


def propose(space: Sequence[Axis], trials: Sequence[SearchTrial], seed: int) -> Params:
    """Propose the next variant: an untried one, of which there must be at least one.

    Args:
        space: What may be varied.
        trials: All earlier ones, in order.
        seed: Of every draw.
    """
    seen = {format_values(space, trial.params) for trial in trials}
    known = [_frozen_trial(space, trial) for trial in trials]
    for attempt in range(PATIENCE):
        params = _ask_optuna(space, known, _seed(seed, len(trials), attempt))
        if format_values(space, params) not in seen:
            return params
    chance = random.Random(f"{seed}:{len(trials)}")  # noqa: S311  chance, not secrecy
    while format_values(space, params) in seen:
        params = {axis.key: axis.draw(chance) for axis in space}
    return params


def _ask_optuna(space: Sequence[Axis], known: Sequence["FrozenTrial"], seed: int) -> Params:
    """Ask Optuna once, from the earlier trials alone."""
    import optuna  # noqa: PLC0415  an extra

    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, constant_liar=False)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.add_trials(known)
    return study.ask({axis.key: axis.distribution() for axis in space}).params


def _frozen_trial(space: Sequence[Axis], trial: SearchTrial) -> "FrozenTrial":
    """Convert a trial to Optuna's."""
    from optuna.trial import TrialState, create_trial  # noqa: PLC0415  an extra

    values = dict(
        zip((axis.key for axis in space), format_values(space, trial.params), strict=True)
    )
    return create_trial(
        state=TrialState.FAIL if trial.value is None else TrialState.COMPLETE,
        params=dict(trial.params),
        distributions={axis.key: axis.distribution() for axis in space},
        value=trial.value,
        user_attrs={"values": values, **({"error": trial.error} if trial.error else {})},
    )


def _seed(seed: int, number: int, attempt: int) -> int:
    """Derive a seed for each proposal."""
    hashed = hashlib.sha256(f"{seed}:{number}:{attempt}".encode()).digest()
    return int.from_bytes(hashed[:4])


@dataclass
class Study:
    """A search on disk: trials enter Optuna's storage when they are finished, each in one step.

    Attributes:
        space: What may be varied.
        metric: What is to be as large as possible.
        seed: Of every draw.
        path: Optuna's SQLite file.
        trials: Those of this process, in order.
    """

    space: Sequence[Axis]
    metric: str
    seed: int
    path: Path
    trials: list[SearchTrial] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Refuse an empty space, and a Python without Optuna."""
        if not self.space:
            raise ValueError(
                "search: nothing is varied; give some key several values, selection=bm25,knn or "
                "k=1,2,4,8 say, or an interval, k=range(1,9) say"
            )
        _require_optuna()

    @property
    def name(self) -> str:
        """Names the study in its file: another space, metric or seed is another study."""
        space = digest([asdict(axis) for axis in self.space])[:8]
        return f"{self.metric}, seed {self.seed}, space {space}"

    def next(self) -> Params:
        """Return what to try next: what the file says, or else a new proposal."""
        if len(self.trials) < len(self._stored):
            return self._stored[len(self.trials)].params
        return propose(self.space, self.trials, self.seed)

    def tell(self, trial: SearchTrial) -> None:
        """Store a finished trial, in place of a stored one with another value."""
        self.trials.append(trial)
        number = len(self.trials)
        if number > len(self._stored):
            self._open().add_trial(_frozen_trial(self.space, trial))
        elif self._stored[number - 1].value != trial.value:
            self._rewrite([*self.trials, *self._stored[number:]])

    @cached_property
    def _stored(self) -> list[SearchTrial]:
        """What the file held when it was opened."""
        return [
            SearchTrial(trial.params, trial.value, str(trial.user_attrs.get("error", "")))
            for trial in self._open().trials
        ]

    def _open(self) -> "optuna.Study":
        import optuna  # noqa: PLC0415  an extra

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        storage = f"sqlite:///{self.path.absolute()}"
        return optuna.create_study(
            storage=storage, study_name=self.name, direction="maximize", load_if_exists=True
        )

    def _rewrite(self, trials: Sequence[SearchTrial]) -> None:
        import optuna  # noqa: PLC0415  an extra

        optuna.delete_study(study_name=self.name, storage=f"sqlite:///{self.path.absolute()}")
        self._open().add_trials([_frozen_trial(self.space, trial) for trial in trials])
        self._stored[:] = trials


def _require_optuna() -> None:
    try:
        import optuna  # noqa: F401, PLC0415  an extra
    except ImportError:
        raise ImportError(
            'search needs the package optuna: pip install "promptlab[search]"'
        ) from None
