"""The description of a run on its page: what came out, and the first prompt and completion."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from promptlab.escaping import code, fenced, in_markdown, visible

LONGEST = 2_500
"""Characters of a prompt or completion; MLflow cuts a description at 8,000."""


def note(name: str, folder: Path, result: Mapping[str, Any], first: Mapping[str, Any]) -> str:
    """Describe a run in Markdown.

    Args:
        name: The variant.
        folder: Where its records are.
        result: The content of `result.json`; empty while there is none.
        first: The table's row of the first trial; empty where there is none.
    """
    parts = [f"**{in_markdown(name)}**: {_metrics(result.get('metrics', {}))}"]
    if first:
        parts += ["First prompt:", fenced(_cut(first["prompt"]))]
        parts += [f"Its completion ({first['outcome']}):", fenced(_cut(first["completion"]))]
    return "\n\n".join(part for part in [*parts, f"Records: {code(str(folder))}"] if part)


def numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    """Flatten whatever is a finite number: `accuracy: {value, low, high}` gives three."""
    return {name: value for name, value in _numbers("", metrics) if math.isfinite(value)}


def _cut(text: str) -> str:
    """Leave out the middle of a long text, as long as it is when it is shown."""
    text = visible(text)
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]}\n[…]\n{text[-LONGEST // 2 :]}"


def _metrics(metrics: Mapping[str, Any]) -> str:
    """Say the scores that have an interval; all others are in the table of metrics beside it."""
    found = numbers(metrics)
    scores = [name for name in found if {f"{name}_low", f"{name}_high"} <= set(found)]
    told = [
        f"{in_markdown(name)} **{found[name]:.3f}** "
        f"({found[f'{name}_low']:.3f} to {found[f'{name}_high']:.3f})"
        for name in scores
    ]
    return ", ".join(told) or "no scores"


def _numbers(name: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            inner = name if key == "value" else f"{name}_{key}".lstrip("_")
            yield from _numbers(inner, item)
    elif isinstance(value, (list, tuple)) and len(value) == 2:
        yield from _numbers(f"{name}_low", value[0])
        yield from _numbers(f"{name}_high", value[1])
    elif isinstance(value, (int, float)):
        yield name, float(value)
