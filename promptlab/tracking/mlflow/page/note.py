"""The description of a run on its page: what came out, and the first prompt and completion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from promptlab.text.escaping import code, fenced, in_markdown, visible
from promptlab.tracking.mlflow.page.metrics import numbers

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


def _cut(text: str) -> str:
    """Leave out the middle of a long text, measured as displayed."""
    text = visible(text)
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]}\n[…]\n{text[-LONGEST // 2 :]}"


def _metrics(metrics: Mapping[str, Any]) -> str:
    """List the scores that have an interval; the page's table of metrics has the others."""
    values = numbers(metrics)
    scores = [name for name in values if {f"{name}_low", f"{name}_high"} <= set(values)]
    texts = [
        f"{in_markdown(name)} **{values[name]:.3f}** "
        f"({values[f'{name}_low']:.3f} to {values[f'{name}_high']:.3f})"
        for name in scores
    ]
    return ", ".join(texts) or "no scores"
