"""Which dtype is fastest on this processor: float32, bfloat16, int8?

    python benchmarks/dtypes.py

Three pieces of work by the embedded model, each in every dtype by turns, nothing read before:
labels of sst2, four demonstrations chosen for each question (reading alone); one chain of thought,
a token at a time; and 32 of them at once (mostly writing). What `dtype: auto` means on a CPU is
decided by this page: that a processor has instructions for bfloat16 does not say that they are
fast.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from materials import asked_by, chains, classification, fresh, labelling, model, sums
from sidebyside import (
    SHARED,
    THREADS,
    Comparison,
    Side,
    Take,
    interleave,
    limit_threads,
    parser,
    report,
    timed,
)

from promptlab import BM25, HuggingFace, Random
from promptlab.types import Completion

DTYPES = ("float32", "bfloat16", "int8")


def answering(asked: HuggingFace) -> Side:
    """Ask for everything at once; nothing was read before."""

    def side(work: Sequence[Any]) -> Take:
        own = fresh(asked)
        seconds, replies = timed(lambda: own.answer(work))
        new = sum(r.completion_tokens for r in replies if isinstance(r, Completion))
        return Take(seconds, notes={"new tokens": new} if new else {})

    return side


def pieces(count: int, tokens: int, data: Path) -> dict[str, Sequence[Any]]:
    """What is asked, by its name."""
    sst2, nobody = classification(count, data / "sst2"), model()
    labels, _ = asked_by(labelling(sst2, BM25(4), nobody, Path()))
    thoughts = chains(sums(32, data / "gsm8k"), Random(4), tokens)
    return {
        f"{count} labels": labels,
        f"one chain of {tokens} tokens": thoughts[:1],
        f"32 chains of {tokens} tokens": thoughts,
    }


def main() -> None:
    """Time every piece in every dtype."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=SHARED, help="a folder with sst2 and gsm8k")
    options.add_argument("--examples", type=int, default=50, help="labels")
    options.add_argument("--tokens", type=int, default=64, help="of a chain, at most")
    options.add_argument("--threads", type=int, default=THREADS)
    options.add_argument("--dtypes", nargs="+", choices=DTYPES, default=DTYPES)
    told = options.parse_args()
    limit_threads(told.threads)
    sides = {dtype: answering(model(dtype)) for dtype in told.dtypes}
    comparisons = []
    for name, work in pieces(told.examples, told.tokens, told.data).items():
        takes = interleave(sides, work, repetitions=told.repetitions)
        comparisons.append(Comparison(name, takes))
    report("dtypes", __doc__ or "", comparisons, told.out)


if __name__ == "__main__":
    main()
