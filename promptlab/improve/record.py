"""What a search found: the content of `improve.json`, and one plain sentence."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlab.analysis.statistics.paired import paired_difference
from promptlab.records.files import plain

if TYPE_CHECKING:
    from promptlab.improve.search import Search

IMPROVE = "improve.json"
START = "start"


@dataclass(frozen=True)
class Candidate:
    """A variant that was proposed, and how it was judged.

    Attributes:
        name: `start`, or the step and a mark of the text.
        text: What was proposed: an instruction, or a program's file.
        step: Which step proposed it, from 1.
        score: The mean on the examples that it answered.
        examples: How many these are.
        tokens: Read and written for them.
    """

    name: str
    text: str
    step: int = 0
    score: float = 0.0
    examples: int = 0
    tokens: int = 0


def described(search: "Search", scores: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Describe a search that has ended as plain data; nothing in it changes from run to run.

    Args:
        search: What was tried.
        scores: Of the start and of the best, on the test, by example.
    """
    best = search.best
    content: dict[str, Any] = {
        "best": best.name,
        "text": best.text,
        "metric": search.rules.metric,
        "test": compared(scores, best.name),
        "judged_on": len(search.judges),
        "budget": search.budget,
        "spent": {
            "proposing": search.ledger.tokens,
            "judging": search.spent - search.ledger.tokens,
        },
        "candidates": [asdict(each) for each in search.tried.values()],
    }
    return {"verdict": verdict(content), **content}


def compared(scores: Mapping[str, Mapping[str, float]], best: str) -> dict[str, Any]:
    """Compare the best with the start on the test examples, each with itself."""
    ids = list(scores[START])
    before, after = ([scores[name][each] for each in ids] for name in (START, best))
    if not ids:
        return {"n": 0}
    told = paired_difference(after, before)
    return {
        "n": len(ids),
        "start": told.mean_b,
        "best": told.mean_a,
        "difference": told.difference,
        "low": told.low,
        "high": told.high,
        "pvalue": told.pvalue,
        "method": told.method,
    }


def verdict(content: Mapping[str, Any]) -> str:
    """Say what was found, in one sentence."""
    tried, test = len(content["candidates"]) - 1, content["test"]
    spent = sum(content["spent"].values())
    cost = f"{tried} proposals, {spent:,} tokens of {content['budget']:,}"
    if not tried:
        return f"Nothing was judged but the start ({cost}); expected a larger --budget."
    if content["best"] == START:
        return f"Nothing that was proposed was better than the start ({cost})."
    if not test["n"]:
        return f"{content['best']} was judged best; the test has no answers to score ({cost})."
    points = 100 * test["difference"]
    sure = "which chance could do" if test["pvalue"] >= 0.05 else "more than chance would do"
    return (
        f"{content['best']} has a test {content['metric']} of {100 * test['best']:.1f} %, and the "
        f"start {100 * test['start']:.1f} %: {points:+.1f} points "
        f"[{100 * test['low']:+.1f}, {100 * test['high']:+.1f}], {sure} "
        f"(p = {test['pvalue']:.2g}, {test['method']}, n = {test['n']}; {cost})."
    )


def write(content: Mapping[str, Any], folder: Path) -> Path:
    """Write `improve.json` in one step."""
    path, draft = folder / IMPROVE, folder / f".{IMPROVE}"
    text = json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    draft.write_text(text, "utf-8")
    draft.replace(path)
    return path
