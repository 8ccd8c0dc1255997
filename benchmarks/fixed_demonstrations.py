"""One set of demonstrations, label probabilities: against lm-evaluation-harness.

    python benchmarks/fixed_demonstrations.py --python venv-lmeval/bin/python

Both evaluate sst2 with 8 demonstrations, from examples in memory to an accuracy: demonstrations,
prompts, tokens, probabilities, metric, records. We show every question the same demonstrations; the
harness draws its own for each question, of about the same length. Once more the harness is given
ours, to see whether both choose the same labels. Each runs at the fastest of some batch sizes.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from materials import answers, classification, folder, fresh, gold, labelling, model, write
from sidebyside import (
    THREADS,
    Comparison,
    Peer,
    Side,
    Take,
    fastest,
    interleave,
    limit_threads,
    parser,
    report,
    say,
    timed,
)

from promptlab import Example, HuggingFace, Random
from promptlab.types import Dataset, Trial


def ours(dataset: Dataset, selection: Random, asked: HuggingFace, batch: int) -> Side:
    """Run the experiment on some test examples."""

    def side(work: Sequence[Example]) -> Take:
        trials: list[Trial] = []
        with tempfile.TemporaryDirectory() as out:
            experiment = labelling(
                replace(dataset, test=tuple(work)), selection, fresh(asked), Path(out), batch
            )
            seconds, _ = timed(lambda: experiment(trials.extend))
        tokens = sum(t.exchanges[0].reply.prompt_tokens for t in trials) / len(trials)
        return Take(seconds, answers(trials), {"tokens a prompt": round(tokens)})

    return side


def theirs(peer: Peer, pool: str, sampler: str, size: int) -> Side:
    """Let the harness evaluate as many of the same test examples."""

    def side(work: Sequence[Example]) -> Take:
        return peer.take(batch_size=size, count=len(work), pool=pool, sampler=sampler)

    return side


def main() -> None:
    """Compare in one dtype after another."""
    options = parser(__doc__)
    options.add_argument("--python", required=True, help="interpreter that has lm-eval")
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--k", type=int, default=8)
    options.add_argument("--seed", type=int, default=1, help="of our draw of demonstrations")
    options.add_argument("--batch", type=int, default=32, help="examples asked side by side")
    options.add_argument("--dtypes", nargs="+", default=["bfloat16", "float32"])
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[1, 4, 16])
    options.add_argument("--batch-tokens", type=int, default=16_384, help="ours")
    told = options.parse_args()
    limit_threads()
    dataset, selection = classification(told.examples), Random(told.k, told.seed)
    comparisons = []
    with tempfile.TemporaryDirectory() as work:
        shown = selection.fit(dataset.pool)(dataset.test[0].question)
        pool = write(dataset.pool, Path(work, "pool.jsonl"))
        same = write(shown, Path(work, "same.jsonl"))
        test = write(dataset.test, Path(work, "test.jsonl"))
        for dtype in told.dtypes:
            say(f"dtype {dtype}")
            peer = Peer(
                told.python,
                "lm_evaluation_harness.py",
                model=folder(),
                dtype=dtype,
                threads=THREADS,
                cache=work,
                test=test,
                k=told.k,
                labels=dataset.task.labels,
            )
            with peer:
                harness = partial(theirs, peer, pool, "default")
                few = dataset.test[: max(8, told.examples // 5)]
                size, _ = fastest(harness, told.batch_sizes, few)
                asked = model(dtype, told.batch_tokens)
                sides = {
                    f"promptlab, {asked.identity['dtype']}": ours(
                        dataset, selection, asked, told.batch
                    ),
                    f"lm-evaluation-harness, {peer.about['dtype']}": harness(size),
                }
                takes = interleave(sides, dataset.test, repetitions=told.repetitions)
                takes["… shown our demonstrations"] = [
                    theirs(peer, same, "first_n", size)(dataset.test)
                ]
            comparisons.append(
                Comparison(f"{told.examples} examples", takes, gold(dataset.test), target=6)
            )
    report("fixed_demonstrations", __doc__ or "", comparisons, told.out)


if __name__ == "__main__":
    main()
