"""Demonstrations by BM25, label probabilities: against OpenICL's BM25 retriever and PPL inferencer.

    python benchmarks/bm25_openicl.py --python venv-openicl/bin/python

Both index sst2's training examples, retrieve 8 for each test example, write the prompts and choose
a label; weights are loaded before. OpenICL reads every prompt once a label and computes the
perplexity of all of it, in float32, for its inferencer reads no bfloat16; ours is measured in
float32 too, and at its own default. The two cut words differently (`str.split` stands in for nltk
there), so that some demonstrations differ; the line "our scores of its prompts" is our choice of
labels for the prompts that OpenICL wrote.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from materials import CLASSIFY, answers, classification, folder, gold, labelling, model, write
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
    timed,
)

from promptlab import BM25, Example, HuggingFace, solve
from promptlab.selection.lexical import bm25
from promptlab.strategy.choose import Choose
from promptlab.types import Dataset, Trial


def ours(dataset: Dataset, k: int, asked: HuggingFace, batch: int) -> Side:
    """Run the experiment on some test examples, the index made anew."""

    def side(work: Sequence[Example]) -> Take:
        trials: list[Trial] = []
        bm25._index.cache_clear()  # noqa: SLF001  the variants of a sweep would share it
        with tempfile.TemporaryDirectory() as out:
            data = replace(dataset, test=tuple(work))
            experiment = labelling(data, BM25(k), asked, Path(out), batch)
            seconds, _ = timed(lambda: experiment(trials.extend))
        return Take(seconds, answers(trials))

    return side


def theirs(peer: Peer, size: int) -> Side:
    """Let OpenICL answer as many of the same test examples."""
    return lambda work: peer.take(batch_size=size, count=len(work))


def on_its_prompts(dataset: Dataset, demos: Sequence[Sequence[int]], asked: HuggingFace) -> Take:
    """Score the prompts that OpenICL wrote."""
    choose = Choose(dataset.task, CLASSIFY)
    programs = [
        choose.solve(example.question, [dataset.pool[index] for index in shown])
        for example, shown in zip(dataset.test, demos, strict=True)
    ]
    return Take(*timed(lambda: [solve(program, asked).text for program in programs]))


def main() -> None:
    """Compare our float32, and our default, with OpenICL."""
    options = parser(__doc__)
    options.add_argument("--python", required=True, help="interpreter that has OpenICL")
    options.add_argument("--examples", type=int, default=24)
    options.add_argument("--k", type=int, default=8)
    options.add_argument("--batch", type=int, default=32, help="examples asked side by side")
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[1, 4])
    options.add_argument("--batch-tokens", type=int, default=16_384, help="ours")
    told = options.parse_args()
    limit_threads()
    dataset = classification(told.examples)
    with tempfile.TemporaryDirectory() as work:
        peer = Peer(
            told.python,
            "openicl_ppl.py",
            model=folder(),
            threads=THREADS,
            cache=work,
            k=told.k,
            pool=write(dataset.pool, Path(work, "pool.jsonl")),
            test=write(dataset.test, Path(work, "test.jsonl")),
            labels=dataset.task.labels,
        )
        with peer:
            harness = partial(theirs, peer)
            size, _ = fastest(harness, told.batch_sizes, dataset.test[: max(4, told.examples // 5)])
            size_ours = told.batch_tokens
            own, same = model("auto", size_ours), model("float32", size_ours)
            sides = {
                f"promptlab, {own.identity['dtype']}": ours(dataset, told.k, own, told.batch),
                "promptlab, float32": ours(dataset, told.k, same, told.batch),
                f"OpenICL, {peer.about['dtype']}": harness(size),
            }
            takes = interleave(sides, dataset.test, repetitions=told.repetitions)
            demos = peer.ask(batch_size=size, count=told.examples, demos=True)["demos"]
    right = gold(dataset.test)
    (auto, single, openicl) = takes
    checked = on_its_prompts(dataset, demos, same)
    report(
        "bm25_openicl",
        __doc__ or "",
        [
            Comparison(
                f"{told.examples} examples, float32",
                {
                    single: takes[single],
                    openicl: takes[openicl],
                },
                right,
            ),
            Comparison(
                "each at its own default",
                {auto: takes[auto], openicl: takes[openicl]},
                right,
                target=8,
            ),
            Comparison(
                "the same prompts (labels only)",
                {"our scores of its prompts": [checked], openicl: takes[openicl][:1]},
                right,
            ),
        ],
        told.out,
    )


if __name__ == "__main__":
    main()
