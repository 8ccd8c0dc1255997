"""Tokens that a run computes, by the order of its demonstrations.

    python benchmarks/shared_prefix.py

Each question of question_types has demonstrations of its own, eight of them by BM25, and the labels
are scored. Nothing is answered from a store; what prompts have in common is read once. Counted is
what the engine computes at the model's embedding, padding included, and, beside it, how many are
right. No time is measured.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

from forwards import watched
from materials import fresh, model
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.cli.config.compose import build, compose
from promptlab.tracking.none import NoTracking
from promptlab.types import Trial

RUN = ("experiment=question_types", "selection=bm25", "k=8")
ORDERINGS = ("similar_last", "similar_first", "shuffled", "shared_prefix")


def main() -> None:
    """Run every order in this process, counting."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=100, help="test examples of a run")
    told = options.parse_args()
    limit_threads()
    rows = dict[str, tuple[int, int, float]]()
    with watched() as watch:
        asked = model()
        for ordering in ORDERINGS:
            cfg = compose([*RUN, f"ordering={ordering}", f"dataset.limit={told.examples}"])
            trials = list[Trial]()
            with tempfile.TemporaryDirectory() as folder:
                fields = {"model": fresh(asked), "folder": Path(folder), "tracking": NoTracking()}
                watch.reset()
                result = replace(build(cfg), **fields, resume=False)(trials.extend)
            read = sum(each.reply.prompt_tokens for trial in trials for each in trial.exchanges)
            rows[ordering] = watch.tokens, read, result["metrics"]["accuracy"]
            say(f"  {ordering}: {rows[ordering]}")
    usual = rows[ORDERINGS[0]][0]
    lines = [
        "| order | tokens of prompts | computed | times similar_last | accuracy |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {read:,} | {computed:,} | **{computed / usual:.2f}** | {right:.3f} |"
        for name, (computed, read, right) in rows.items()
    ]
    command = "    " + " ".join([*RUN, f"dataset.limit={told.examples}"])
    page = "\n\n".join([(__doc__ or "").strip(), command, "\n".join(lines)]) + "\n"
    record = {"name": "shared_prefix", "machine": machine(), "tokens": rows}
    keep("shared_prefix", page, record, told.out)


if __name__ == "__main__":
    main()
