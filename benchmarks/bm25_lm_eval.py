"""Demonstrations by BM25, label probabilities: against lm-evaluation-harness on the same prompts.

    python benchmarks/bm25_lm_eval.py --python venv-lmeval/bin/python
    python benchmarks/bm25_lm_eval.py --python venv-lmeval/bin/python --data banking77 --examples 5

Both are given the very same texts, 8 demonstrations from BM25 and a question, and the labels: ours
as `Score` requests, the harness through its `loglikelihood`. No two prompts share their
demonstrations, so nothing but the labels' question is left to be saved: two labels of one token in
sst2, 77 of several in banking77.
"""

import tempfile
from collections.abc import Sequence
from functools import partial
from statistics import fmean

from materials import CLASSIFY, classification, folder, fresh, gold, model
from sidebyside import (
    SHARED,
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

from promptlab import BM25, Choose, HuggingFace, Score
from promptlab.types import Dataset, Reply, Scores


def requests(dataset: Dataset, k: int) -> list[Score]:
    """Write what `strategy=choose selection=bm25` asks."""
    retrieve, choose = BM25(k).fit(dataset.pool), Choose(dataset.task, CLASSIFY)
    programs = (choose.solve(e.question, retrieve(e.question)) for e in dataset.test)
    return [request for program in programs for request in next(program)]  # type: ignore[misc]


def ours(asked: HuggingFace, labels: Sequence[str]) -> Side:
    """Ask our model everything at once."""

    def side(work: Sequence[Score]) -> Take:
        own = fresh(asked)
        seconds, replies = timed(lambda: [scored(reply) for reply in own.answer(work)])
        logprobs = [value for reply in replies for value in reply.logprobs]
        tokens = fmean(reply.prompt_tokens for reply in replies)
        return Take(seconds, chosen(logprobs, labels), {"tokens a prompt": round(tokens)})

    return side


def scored(reply: Reply) -> Scores:
    """A reply, which is known to be scores."""
    assert isinstance(reply, Scores)  # noqa: S101
    return reply


def theirs(peer: Peer, labels: Sequence[str], size: int) -> Side:
    """Ask the harness everything at once."""

    def side(work: Sequence[Score]) -> Take:
        pairs = [(each.prompt.text, text) for each in work for text in each.continuations]
        take = peer.take(batch_size=size, pairs=pairs)
        logprobs = [float(value) for value in take.answers]
        return Take(take.seconds, chosen(logprobs, labels), {"batch size": size})

    return side


def chosen(logprobs: Sequence[float], labels: Sequence[str]) -> list[str]:
    """The label with the highest of each request's log-probabilities."""
    count = len(labels)
    starts = range(0, len(logprobs), count)
    return [labels[max(range(count), key=lambda i, s=at: logprobs[s + i])] for at in starts]  # type: ignore[misc]


def main() -> None:
    """Compare in one dtype after another."""
    options = parser(__doc__)
    options.add_argument("--python", required=True, help="interpreter that has lm-eval")
    options.add_argument("--data", default="sst2", help="sst2, or banking77")
    options.add_argument("--examples", type=int, default=50)
    options.add_argument("--k", type=int, default=8)
    options.add_argument("--dtypes", nargs="+", default=["bfloat16", "float32"])
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[1, 4, 16])
    options.add_argument("--batch-tokens", type=int, default=16_384, help="ours")
    told = options.parse_args()
    limit_threads()
    dataset = classification(told.examples, SHARED / told.data)
    labels, work = dataset.task.labels, requests(dataset, told.k)
    comparisons = []
    for dtype in told.dtypes:
        say(f"dtype {dtype}")
        with tempfile.TemporaryDirectory() as cache:
            peer = Peer(
                told.python,
                "lm_evaluation_harness.py",
                model=folder(),
                dtype=dtype,
                threads=THREADS,
                cache=cache,
            )
            with peer:
                harness = partial(theirs, peer, labels)
                size, _ = fastest(harness, told.batch_sizes, work[: _tried(len(work), len(labels))])
                sides = {
                    f"promptlab, {dtype}": ours(model(dtype, told.batch_tokens), labels),
                    f"lm-evaluation-harness, {peer.about['dtype']}": harness(size),
                }
                takes = interleave(sides, work, repetitions=told.repetitions)
        comparisons.append(
            Comparison(f"{told.examples} prompts", takes, gold(dataset.test), target=1)
        )
    name = "bm25_lm_eval" + (f"_{told.data}" if told.data != "sst2" else "")
    report(name, __doc__ or "", comparisons, told.out)


def _tried(examples: int, labels: int) -> int:
    """How many examples batch sizes are tried on."""
    return max(1, 16 // labels, examples // 5)


if __name__ == "__main__":
    main()
