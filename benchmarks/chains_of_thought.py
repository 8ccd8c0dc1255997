"""Greedy few-shot chains of thought of mixed lengths: against `transformers.generate`.

    python benchmarks/chains_of_thought.py

gsm8k with worked demonstrations; a reply ends at the model's ending tokens, at a new `Q:` or at its
last token. Two pieces of work: demonstrations chosen for each question by BM25, so that prompts are
of mixed lengths and share nothing; and one set of demonstrations, which is what most people do.
The other side is given its prompts sorted by length, at the fastest of some batch sizes. The same
dtype on both sides, weights loaded before, texts in and texts out.
"""

from collections.abc import Sequence
from pathlib import Path

from materials import chains, completed, concluded, folder, fresh, gold, model, sums
from sidebyside import (
    SHARED,
    Comparison,
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
from transformers_generate import Generate as Transformers

from promptlab import BM25, HuggingFace, Random
from promptlab.types import Dataset, Generate


def ours(asked: HuggingFace, dataset: Dataset) -> Side:
    """Ask for everything at once."""

    def side(work: Sequence[Generate]) -> Take:
        own = fresh(asked)
        seconds, replies = timed(lambda: [completed(reply) for reply in own.answer(work)])
        texts = [reply.text for reply in replies]
        tokens = sum(reply.completion_tokens for reply in replies)
        read = sum(reply.prompt_tokens for reply in replies)
        notes = {"prompt tokens": read, "new tokens": tokens}
        return Take(seconds, concluded(texts, dataset.test[: len(work)]), notes)

    return side


def theirs(peer: Transformers, dataset: Dataset, size: int) -> Side:
    """Let generate answer, the longest first."""

    def side(work: Sequence[Generate]) -> Take:
        prompts = [request.prompt.text for request in work]
        seconds, (rows, texts) = timed(lambda: peer.draws(prompts, work[0].sampling, size))
        notes = {"new tokens": sum(map(len, rows)), "batch size": size}
        return Take(seconds, concluded(texts, dataset.test[: len(work)]), notes)

    return side


def main() -> None:
    """Compare both pieces of work."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=SHARED / "gsm8k")
    options.add_argument("--examples", type=int, default=50)
    options.add_argument("--k", type=int, default=4)
    options.add_argument("--tokens", type=int, default=256)
    options.add_argument("--dtype", default="bfloat16")
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[16, 25, 50])
    told = options.parse_args()
    limit_threads()
    dataset = sums(told.examples, told.data)
    asked, peer = model(told.dtype), Transformers(folder(), told.dtype)
    comparisons = []
    for name, selection in (("by BM25", BM25(told.k)), ("fixed", Random(told.k))):
        work = chains(dataset, selection, told.tokens)
        say(f"{len(work)} chains, demonstrations {name}")

        def generate(size: int) -> Side:
            return theirs(peer, dataset, size)

        # All of the work, or larger sizes would have no whole batch of it.
        sizes = told.batch_sizes
        size = fastest(generate, sizes, work)[0] if len(sizes) > 1 else sizes[0]
        sides = {
            f"promptlab, {told.dtype}": ours(asked, dataset),
            f"transformers.generate, {told.dtype}": generate(size),
        }
        takes = interleave(sides, work, repetitions=told.repetitions)
        comparisons.append(
            Comparison(
                f"{told.examples} answers, demonstrations {name}", takes, gold(dataset.test), 1.3
            )
        )
        # After each, so that a run that is cut short leaves what it has.
        report("chains_of_thought", __doc__ or "", comparisons, told.out)


if __name__ == "__main__":
    main()
