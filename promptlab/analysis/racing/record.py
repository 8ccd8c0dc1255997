"""What a race decided and when: the content of `race.json`, and one plain sentence."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from promptlab.analysis.racing.contender import Contender
from promptlab.analysis.racing.elimination import Drop, Standing
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
        tokens: After how many, read and written, no further block is asked; None: never.
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
        """Refuse what makes no race, before anything is asked."""
        if not 0 < self.alpha < 1:
            raise ValueError(f"alpha is {self.alpha}; expected more than 0 and less than 1: 0.05")
        if self.block < 1:
            raise ValueError(f"block is {self.block}; expected at least one example")
        if self.tokens is not None and self.tokens < 1:
            raise ValueError(f"tokens is {self.tokens}; expected a budget of at least one token")


def recorded(
    rules: Rules,
    contenders: Sequence[Contender],
    examples: int,
    standing: Standing | None,
    ended: str = "",
) -> dict[str, Any]:
    """Write a race down as plain data.

    Args:
        rules: What it is decided by.
        contenders: All variants.
        examples: How many there are.
        standing: After the last block; None before the first.
        ended: `one left`, `examples` (all were asked) or `tokens`; empty while it goes on.

    Returns:
        Nothing in it changes from run to run: no times.
    """
    told = {
        "winner": _winner(contenders, standing, ended),
        "left": _names(contenders, standing.left if standing else range(len(contenders))),
        "ended": ended,
        **vars(rules),
        "examples": examples,
        "answered": standing.examples if standing else 0,
        "variants": _variants(contenders, standing, ended),
        "dropped": [_dropped(contenders, drop) for drop in standing.dropped] if standing else [],
        "cost": cost(contenders, examples),
    }
    return {"verdict": verdict(told) if ended else "", **told}


def cost(contenders: Sequence[Contender], examples: int) -> dict[str, Any]:
    """Compare what was asked with a full sweep.

    What the full sweep would take in calls and tokens is reckoned from what each variant took for
    the examples that it answered.
    """
    asked = {
        "answers": sum(each.answered for each in contenders),
        "calls": sum(each.calls for each in contenders),
        "tokens": sum(each.tokens for each in contenders),
    }
    share = [examples / max(each.answered, 1) for each in contenders]
    grid = {
        "answers": examples * len(contenders),
        "calls": round(sum(c.calls * s for c, s in zip(contenders, share, strict=True))),
        "tokens": round(sum(c.tokens * s for c, s in zip(contenders, share, strict=True))),
    }
    saving = {key: round(grid[key] / asked[key], 3) if asked[key] else None for key in asked}
    return {"asked": asked, "grid": grid, "times_fewer": saving}


def verdict(told: Mapping[str, Any]) -> str:
    """Say how a race ended, in one sentence."""
    return f"{_outcome(told)}; {_spent(told['cost'])}."


def write(told: Mapping[str, Any], folder: Path) -> Path:
    """Write `race.json` in one step."""
    path = folder / RACE
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{RACE}.{os.getpid()}")
    text = json.dumps(plain(told), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def status(number: int, standing: Standing | None, ended: str) -> str:
    """Say what became of a variant: `dropped`, `won`, `tied`, `stopped`, or `racing` still."""
    if standing and number not in standing.left:
        return "dropped"
    if not ended:
        return "racing"
    if ended == "one left":
        return "won"
    return "tied" if ended == "examples" else "stopped"


def why(drop: Mapping[str, Any], alpha: float) -> str:
    """Say why a variant was dropped."""
    points = f"{100 * drop['difference']:.1f} points behind {drop['leader']}"
    if drop["e_value"] is None:
        return f"{points}, and cannot catch up"
    return f"{points}, e-value {drop['e_value']:,.0f} (needed: {1 / alpha:,.0f})"


def _outcome(told: Mapping[str, Any]) -> str:
    left, variants = told["left"], len(told["variants"])
    n, seen, metric = told["examples"], told["answered"], told["metric"]
    where = "on examples like these" if told["population"] else f"on all {n:,} test examples"
    sure = f"at a risk of {100 * told['alpha']:g} % at most"
    if told["ended"] == "one left":
        return f"{left[0]} has the highest {metric} of {variants} variants {where}, {sure}"
    others = (
        f"; the other {variants - len(left)} are behind, {sure}" if variants > len(left) else ""
    )
    if told["ended"] == "examples":
        return f"{_listed(left)} cannot be told apart with all {n:,} test examples{others}"
    return (
        f"stopped after {seen:,} of {n:,} test examples, the tokens being spent: {left[0]} leads, "
        f"and cannot be told apart yet from {_listed(left[1:])}{others}"
    )


def _spent(cost: Mapping[str, Any]) -> str:
    asked, grid, fewer = cost["asked"], cost["grid"], cost["times_fewer"]
    return (
        f"{asked['answers']:,} answers instead of {grid['answers']:,} "
        f"({_times(fewer['answers'])}), "
        f"{asked['calls']:,} calls instead of about {grid['calls']:,}, "
        f"{asked['tokens']:,} tokens instead of about {grid['tokens']:,} "
        f"({_times(fewer['tokens'])})"
    )


def _times(ratio: float | None) -> str:
    if ratio is None:
        return "none"
    return f"{ratio:.1f} times fewer" if ratio >= 1.05 else "no fewer"


def _listed(names: Sequence[str]) -> str:
    """Join names as one says them; parts of a name are joined by commas already."""
    if len(names) > LISTED:
        names = [*names[: LISTED - 1], f"{len(names) - LISTED + 1} more"]
    return names[0] if len(names) == 1 else f"{'; '.join(names[:-1])} and {names[-1]}"


def _winner(contenders: Sequence[Contender], standing: Standing | None, ended: str) -> str | None:
    return contenders[standing.left[0]].name if standing and ended == "one left" else None


def _names(contenders: Sequence[Contender], numbers: Sequence[int] | range) -> list[str]:
    return [contenders[number].name for number in numbers]


def _variants(
    contenders: Sequence[Contender], standing: Standing | None, ended: str
) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "folder": str(each.experiment.folder),
            "status": status(number, standing, ended),
            "examples": each.answered,
            "mean": standing.means[number] if standing else None,
            "e_value": _finite(standing.e_values[number]) if standing else 1.0,
            "calls": each.calls,
            "tokens": each.tokens,
        }
        for number, each in enumerate(contenders)
    ]


def _dropped(contenders: Sequence[Contender], drop: Drop) -> dict[str, Any]:
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
