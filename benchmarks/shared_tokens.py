"""Tokens that a sweep computes, against those a naive run would compute.

    python benchmarks/shared_tokens.py

Eight kNN variants of label scoring share an instruction, a pool and labels: `k=1,2,4,8`, nearest
demonstrations last or first. A naive run reads every prompt once a label, as OpenICL does; a better
one once, and the labels after it. The store leaves out what was asked before, and the engine what
the rest have in common; what it really computes is counted at the model's embedding, padding
included. No time is measured.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from forwards import watched
from materials import model
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab import CachedModel, HuggingFace, Score
from promptlab.cli.config.compose import build, compose, variants
from promptlab.experiment import Experiment
from promptlab.tracking.none import NoTracking
from promptlab.types import Trial

SWEEP = (
    "experiment=question_types",
    "selection=knn",
    "k=1,2,4,8",
    "ordering=similar_last,similar_first",
)


def made(overrides: Sequence[str], asked: CachedModel, folder: Path) -> Experiment:
    """Make a variant around a model of ours, recorded in a folder alone."""
    experiment = build(compose(overrides))
    return replace(experiment, model=asked, folder=folder, tracking=NoTracking(), resume=False)


def naive(trials: Sequence[Trial], asked: HuggingFace) -> tuple[int, int]:
    """Tokens read with a pass for every label, and with a pass for every prompt."""
    by_label = by_prompt = 0
    for trial in trials:
        for exchange in trial.exchanges:
            assert isinstance(exchange.request, Score)  # noqa: S101
            row = asked.score_tokens(exchange.request)
            tails = [len(tail) for tail in row.tails]
            by_label += sum(len(row.context) + tail for tail in tails)
            by_prompt += len(row.context) + sum(tails)
    return by_label, by_prompt


def main() -> None:
    """Run the sweep in this process, counting."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=30, help="test examples of a variant")
    told = options.parse_args()
    limit_threads()
    with watched() as watch, tempfile.TemporaryDirectory() as folder:
        asked = model()
        stored = CachedModel(asked, ":memory:")
        trials: list[Trial] = []
        for number, overrides in enumerate(variants([*SWEEP, f"dataset.limit={told.examples}"])):
            made(overrides, stored, Path(folder, str(number)))(trials.extend)
            say(f"  {' '.join(overrides)}: {watch.tokens} tokens so far")
        by_label, by_prompt = naive(trials, asked)
        counts = stored.counts
    rows = {
        "naive: a pass for every label": by_label,
        "naive: a pass for every prompt": by_prompt,
        "asked of the engine, after the store": counts.tokens_computed,
        "computed by the engine, padding included": watch.tokens,
    }
    lines = ["| tokens | | times what is computed |", "|---|---|---|"]
    lines += [f"| {name} | {n:,} | **{n / watch.tokens:.2f}** |" for name, n in rows.items()]
    lines.append(
        f"\n{counts.asked} requests; {counts.found + counts.repeated} of them answered before."
    )
    command = "    " + " ".join([*SWEEP, f"dataset.limit={told.examples}"])
    page = "\n\n".join([(__doc__ or "").strip(), command, "\n".join(lines)]) + "\n"
    record = {"name": "shared_tokens", "machine": machine(), "tokens": rows}
    keep("shared_tokens", page, record, told.out)


if __name__ == "__main__":
    main()
