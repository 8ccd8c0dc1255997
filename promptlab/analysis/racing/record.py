"""What a race decided and when: the content of `race.json`, and one plain sentence."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from promptlab.analysis.racing.contender import Contender
from promptlab.analysis.racing.elimination import Drop, RaceState
from promptlab.records.files import plain

RACE = "race.json"
LISTED = 6
"""Most variants that a sentence names."""


@dataclass(frozen=True)
class Rules:
    """What a race is decided by.

    Attributes:
        alpha: Bounds the probability of dropping the best variant.
        block: Examples that are asked between two decisions.
        tokens: No block is asked that would take more than so many; None: all are.
        metric: The score that decides.
        seed: Of the order of the examples.
        population: Whether the best is to be the best on further examples of the same kind, too;
            otherwise it is the one with the highest mean on all the test examples.
    """

    alpha: float = 0.05
    block: int = 20
    tokens: int | None = None
    metric: str = "accuracy"
    seed: int = 0
    population: bool = False

    def __post_init__(self) -> None:
        """Check the rules before anything is asked."""
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha is {self.alpha}; expected more than 0 and less than 1: 0.05")
        if self.block < 1:
            raise ValueError(f"block is {self.block}; expected at least one example")
        if self.tokens is not None and self.tokens < 1:
            raise ValueError(f"tokens is {self.tokens}; expected a budget of at least one token")


def race_content(
    rules: Rules,
    contenders: Sequence[Contender],
    examples: int,
    standing: RaceState | None,
    ended: str = "",
) -> dict[str, Any]:
    """Describe a race as plain data.

    Args:
        rules: What it is decided by.
        contenders: All variants.
        examples: How many there are.
        standing: After the last block; None before the first.
        ended: `one left`, `examples` (all were asked) or `tokens`; empty while it goes on.

    Returns:
        Nothing in it changes from run to run: no times.
    """
    content = {
        "winner": _winner(contenders, standing, ended),
        "left": _names(contenders, standing.left if standing else range(len(contenders))),
        "ended": ended,
        **vars(rules),
        "examples": examples,
        "answered": standing.examples if standing else 0,
        "variants": _variants(contenders, standing, ended),
        "dropped": [_drop_content(contenders, drop) for drop in standing.dropped]
        if standing
        else [],
        "cost": cost(contenders, examples),
    }
    return {"verdict": verdict(content) if ended else "", **content}


def cost(contenders: Sequence[Contender], examples: int) -> dict[str, Any]:
    """Compare what was asked with a full sweep.

    The full sweep's calls and tokens are extrapolated from those of each variant's answers.
    """
    race = {
        "answers": sum(contender.answered for contender in contenders),
        "calls": sum(contender.calls for contender in contenders),
        "tokens": sum(contender.tokens for contender in contenders),
    }
    share = [examples / max(contender.answered, 1) for contender in contenders]
    grid = {
        "answers": examples * len(contenders),
        "calls": round(sum(c.calls * s for c, s in zip(contenders, share, strict=True))),
        "tokens": round(sum(c.tokens * s for c, s in zip(contenders, share, strict=True))),
    }
    saving = {key: round(grid[key] / race[key], 3) if race[key] else None for key in race}
    return {"asked": race, "grid": grid, "times_fewer": saving}


def verdict(content: Mapping[str, Any]) -> str:
    """Say how a race ended, in one sentence."""
    return f"{_outcome(content)}; {_spent(content['cost'])}."


def write(content: Mapping[str, Any], folder: Path) -> Path:
    """Write `race.json` in one step."""
    path = folder / RACE
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{RACE}.{os.getpid()}")
    text = json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def status(number: int, standing: RaceState | None, ended: str) -> str:
    """Return a variant's status: `dropped`, `won`, `tied`, `stopped` or `racing`."""
    if standing and number not in standing.left:
        return "dropped"
    if not ended:
        return "racing"
    if ended == "one left":
        return "won"
    return "tied" if ended == "examples" else "stopped"


def drop_reason(drop: Mapping[str, Any], alpha: float) -> str:
    """Say why a variant was dropped."""
    points = f"{100 * drop['difference']:.1f} points behind {drop['leader']}"
    if drop["e_value"] is None:
        return f"{points}, and cannot catch up"
    return f"{points}, e-value {drop['e_value']:,.0f} (needed: {1 / alpha:,.0f})"


def _outcome(content: Mapping[str, Any]) -> str:
    left, variants = content["left"], len(content["variants"])
    n, answered, metric = content["examples"], content["answered"], content["metric"]
    scope = "on examples like these" if content["population"] else f"on all {n:,} test examples"
    risk = f"at a risk of {100 * content['alpha']:g} % at most"
    if content["ended"] == "one left":
        return f"{left[0]} has the highest {metric} of {variants} variants {scope}, {risk}"
    others = (
        f"; the other {variants - len(left)} are behind, {risk}" if variants > len(left) else ""
    )
    if content["ended"] == "examples":
        return f"{_join_names(left)} cannot be told apart with all {n:,} test examples{others}"
    return (
        f"stopped after {answered:,} of {n:,} test examples, the tokens being spent: {left[0]} "
        f"leads, and cannot be told apart yet from {_join_names(left[1:])}{others}"
    )


def _spent(cost: Mapping[str, Any]) -> str:
    race, grid, fewer = cost["asked"], cost["grid"], cost["times_fewer"]
    return (
        f"{race['answers']:,} answers instead of {grid['answers']:,} "
        f"({_times(fewer['answers'])}), "
        f"{race['calls']:,} calls instead of about {grid['calls']:,}, "
        f"{race['tokens']:,} tokens instead of about {grid['tokens']:,} "
        f"({_times(fewer['tokens'])})"
    )


def _times(ratio: float | None) -> str:
    if ratio is None:
        return "none"
    return f"{ratio:.1f} times fewer" if ratio >= 1.05 else "no fewer"


def _join_names(names: Sequence[str]) -> str:
    """Join names by semicolons and "and"; their parts are already joined by commas."""
    if len(names) > LISTED:
        names = [*names[: LISTED - 1], f"{len(names) - LISTED + 1} more"]
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"


def _winner(contenders: Sequence[Contender], standing: RaceState | None, ended: str) -> str | None:
    return contenders[standing.left[0]].name if standing and ended == "one left" else None


def _names(contenders: Sequence[Contender], numbers: Sequence[int] | range) -> list[str]:
    return [contenders[number].name for number in numbers]


def _variants(
    contenders: Sequence[Contender], standing: RaceState | None, ended: str
) -> list[dict[str, Any]]:
    return [
        {
            "name": contender.name,
            "folder": str(contender.experiment.folder),
            "status": status(number, standing, ended),
            "examples": contender.answered,
            "mean": standing.means[number] if standing else None,
            "e_value": _finite(standing.e_values[number]) if standing else 1.0,
            "calls": contender.calls,
            "tokens": contender.tokens,
        }
        for number, contender in enumerate(contenders)
    ]


def _drop_content(contenders: Sequence[Contender], drop: Drop) -> dict[str, Any]:
    return {
        "name": contenders[drop.variant].name,
        "examples": drop.examples,
        "e_value": _finite(drop.e_value),
        "leader": contenders[drop.leader].name,
        "difference": drop.difference,
    }


def _finite(e_value: float) -> float | None:
    """An e-value; None where a variant cannot be the best any more."""
    return e_value if isfinite(e_value) else None
