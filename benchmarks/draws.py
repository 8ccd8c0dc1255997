"""Many sampled draws of a prompt: against `transformers.generate` with `num_return_sequences`.

    python benchmarks/draws.py

Two pieces of work, both 8-shot chain of thought on the arithmetic set at temperature 0.7 without
stop strings, so that nearly every draw takes all its tokens: 40 draws of one prompt, and 10 draws
of each of some prompts that share their demonstrations. The same dtype on both sides, weights
loaded before, texts in and texts out.
"""

from collections.abc import Sequence
from dataclasses import replace

from materials import chains, completed, concluded, folder, fresh, model, sums
from sidebyside import (
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

from promptlab import HuggingFace, Random, Sampling
from promptlab.types import Dataset, Generate

TRIED = 10
"""Prompts on which batch sizes are tried."""


def ours(asked: HuggingFace, dataset: Dataset, draws: int) -> Side:
    """Ask for all draws of all prompts at once."""

    def side(work: Sequence[Generate]) -> Take:
        requests = [
            replace(request, sampling=replace(request.sampling, draw=draw))
            for request in work
            for draw in range(draws)
        ]
        own = fresh(asked)
        seconds, replies = timed(lambda: [completed(reply) for reply in own.answer(requests)])
        tokens = sum(reply.completion_tokens for reply in replies)
        return noted(seconds, [reply.text for reply in replies], tokens, dataset, draws)

    return side


def theirs(peer: Transformers, dataset: Dataset, draws: int, size: int) -> Side:
    """Let generate draw."""

    def side(work: Sequence[Generate]) -> Take:
        sampling, prompts = work[0].sampling, [request.prompt.text for request in work]
        seconds, (rows, texts) = timed(lambda: peer.draws(prompts, sampling, size, draws))
        done = noted(seconds, texts, sum(map(len, rows)), dataset, draws)
        return replace(done, notes={**done.notes, "batch size": size})

    return side


def noted(seconds: float, texts: Sequence[str], tokens: int, dataset: Dataset, draws: int) -> Take:
    """Note how many tokens were drawn, and how many of the draws are right."""
    shown = [example for example in dataset.test for _ in range(draws)][: len(texts)]
    right = [a == e.answer for a, e in zip(concluded(texts, shown), shown, strict=True)]
    share = f"{100 * sum(right) / len(right):.0f} % of {len(right)}"
    rate = f"{tokens / seconds:.0f}"
    return Take(seconds, (), {"right": share, "new tokens": tokens, "a second": rate})


def main() -> None:
    """Compare both pieces of work."""
    options = parser(__doc__)
    options.add_argument("--draws", type=int, default=40, help="of one prompt")
    options.add_argument("--prompts", type=int, default=50, help="of the second piece of work")
    options.add_argument("--draws-each", type=int, default=10, help="of every prompt there")
    options.add_argument("--tokens", type=int, default=128)
    options.add_argument("--k", type=int, default=8)
    options.add_argument("--dtype", default="bfloat16")
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[10, 20, 40])
    options.add_argument("--prompt-batch-sizes", nargs="+", type=int, default=[2, 5, 10])
    told = options.parse_args()
    limit_threads()
    asked, peer = model(told.dtype), Transformers(folder(), told.dtype)
    comparisons = []
    for prompts, draws, sizes, target in (
        (1, told.draws, told.batch_sizes, 1.0),
        (told.prompts, told.draws_each, told.prompt_batch_sizes, 1.5),
    ):
        say(f"{draws} draws of {prompts} prompts")
        dataset = sums(prompts)
        sampling = Sampling(temperature=0.7, max_tokens=told.tokens)
        work = [replace(r, sampling=sampling) for r in chains(dataset, Random(told.k))]
        short = [replace(r, sampling=replace(sampling, max_tokens=16)) for r in work]

        def generate(size: int, dataset: Dataset = dataset, draws: int = draws) -> Side:
            return theirs(peer, dataset, draws, size)

        size = fastest(generate, sizes, work[:TRIED])[0] if len(sizes) > 1 else sizes[0]
        sides = {
            f"promptlab, {told.dtype}": ours(asked, dataset, draws),
            f"transformers.generate, {told.dtype}": generate(size),
        }
        takes = interleave(sides, work, repetitions=told.repetitions, warm=short[:2])
        comparisons.append(
            Comparison(f"{draws} draws of {prompts}, {told.tokens} tokens", takes, target=target)
        )
        # After each, so that a run that is cut short leaves what it has.
        report("draws", __doc__ or "", comparisons, told.out)


if __name__ == "__main__":
    main()
