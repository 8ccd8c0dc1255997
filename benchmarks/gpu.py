"""A thousand prompts with a long shared beginning, on a GPU: against transformers, both ways of it.

    python benchmarks/gpu.py --shape 1.5B
    python benchmarks/gpu.py --shape 7B
    python benchmarks/gpu.py --shape tiny --device cpu --dtype float32 --prompts 8

Runs bare: torch, transformers and this checkout are all it needs. The weights are random, in the
shape of Qwen2.5 of that size, and made in place, as is a tokenizer that makes a word a token (the
class is Llama's, whose layers are the same; with Qwen2's, transformers insists on its tokenizer).
Every prompt has 1,000 tokens. With `--work shared` the first 800 are the same; with `--work knn`
each shows eight demonstrations of its own, out of a pool of a thousand, after an instruction of 40
tokens that all share. Completions are written, and two labels of a token each are scored.

The sides are ours, `transformers.generate` at the fastest of some batch sizes, and its continuous
batching (`generate_batch`), all greedy, in one dtype; labels are scored against one forward pass of
transformers a batch. "As ours" is how many completions are equal; in
bfloat16 random weights leave near ties that the order of additions decides, so there the first
tokens are counted too.
"""

import argparse
import gc
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from sidebyside import (
    HERE,
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
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import (
    AutoModelForCausalLM,
    GenerationConfig,
    LlamaConfig,
    PreTrainedTokenizerFast,
)
from transformers.generation import ContinuousBatchingConfig

sys.path.insert(0, str(HERE.parent))

from promptlab.model.huggingface import HuggingFace
from promptlab.types import Completion, Generate, Message, Prompt, Sampling, Score, Scores

WHOLE, SHARED_PREFIX = 1000, 800
LABELS = (7, 11)
INSTRUCTION, DEMONSTRATION, SHOWN, POOL = 40, 110, 8, 1000
SHAPES = {
    "tiny": LlamaConfig(
        attention_bias=True,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=128,
        vocab_size=2000,
        max_position_embeddings=4096,
    ),
    "1.5B": LlamaConfig(
        attention_bias=True,
        hidden_size=1536,
        num_hidden_layers=28,
        num_attention_heads=12,
        num_key_value_heads=2,
        intermediate_size=8960,
        vocab_size=151_936,
        max_position_embeddings=32_768,
        tie_word_embeddings=True,
    ),
    "7B": LlamaConfig(
        attention_bias=True,
        hidden_size=3584,
        num_hidden_layers=28,
        num_attention_heads=28,
        num_key_value_heads=4,
        intermediate_size=18_944,
        vocab_size=152_064,
        max_position_embeddings=32_768,
    ),
}


@dataclass(frozen=True)
class Made:
    """A model of random weights in a folder, and loaded."""

    folder: str
    model: Any

    def words(self, tokens: Sequence[int]) -> str:
        """Write tokens as the words that they are."""
        return " ".join(f"w{token}" for token in tokens)


def made(shape: str, device: str, dtype: str, folder: str) -> Made:
    """Make a model and its tokenizer."""
    config = SHAPES[shape]
    # No token ends a completion: all take as many tokens as they may.
    config.bos_token_id = config.eos_token_id = None
    torch.manual_seed(0)
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=getattr(torch, dtype)).eval()
    model.generation_config = GenerationConfig(pad_token_id=0)
    model.save_pretrained(folder)
    vocabulary = {f"w{token}": token for token in range(config.vocab_size)}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="w0"))  # noqa: S106  no password
    tokenizer.pre_tokenizer = WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    return Made(folder, model)


def prompts(work: str, count: int, vocabulary: int) -> list[list[int]]:
    """Draw prompts that begin alike, or that show demonstrations of their own."""
    draw = random.Random(0)

    def words(length: int) -> list[int]:
        return draw.choices(range(1, vocabulary), k=length)

    if work == "shared":
        shared = words(SHARED_PREFIX)
        return [shared + words(WHOLE - SHARED_PREFIX) for _ in range(count)]
    instruction, pool = words(INSTRUCTION), [words(DEMONSTRATION) for _ in range(POOL)]
    asked = WHOLE - INSTRUCTION - SHOWN * DEMONSTRATION
    return [
        instruction + sum(draw.sample(pool, SHOWN), []) + words(asked)  # noqa: RUF017  eight lists
        for _ in range(count)
    ]


def ours(asked: HuggingFace, things: Made, tokens: int) -> Side:
    """Ask for all completions at once, from texts to texts."""

    def side(work: Sequence[Sequence[int]]) -> Take:
        sampling = Sampling(max_tokens=tokens)
        texts = [things.words(prompt) for prompt in work]
        requests = [Generate(Prompt((Message("text", text),)), sampling) for text in texts]
        seconds, replies = timed(lambda: asked.answer(requests))
        return Take(seconds, [r.text.strip() for r in replies if isinstance(r, Completion)])

    return side


def scored(asked: HuggingFace, things: Made) -> Side:
    """Score both labels of every prompt; the answer is the more probable."""
    labels = tuple(f" {things.words([label])}" for label in LABELS)

    def side(work: Sequence[Sequence[int]]) -> Take:
        texts = [things.words(prompt) for prompt in work]
        requests = [Score(Prompt((Message("text", text),)), labels) for text in texts]
        seconds, replies = timed(lambda: asked.answer(requests))
        pairs = [reply.logprobs for reply in replies if isinstance(reply, Scores)]
        return Take(seconds, [str(pair.index(max(pair))) for pair in pairs])

    return side


def forward(things: Made, size: int) -> Side:
    """One forward pass of transformers for so many prompts, logits of the last token alone."""

    def side(work: Sequence[Sequence[int]]) -> Take:
        def score() -> list[str]:
            best: list[int] = []
            for start in range(0, len(work), size):
                ids = torch.tensor(work[start : start + size], device=things.model.device)
                with torch.inference_mode():
                    logits = things.model(ids, use_cache=False, logits_to_keep=1).logits[:, -1]
                best += logits.float().log_softmax(-1)[:, list(LABELS)].argmax(-1).tolist()
            return list(map(str, best))

        return Take(*timed(score), {"batch size": size})

    return side


def generate(things: Made, tokens: int, size: int) -> Side:
    """`transformers.generate`, so many prompts at once: all of one length, so none is padded."""

    def side(work: Sequence[Sequence[int]]) -> Take:
        def complete() -> list[str]:
            texts = []
            for start in range(0, len(work), size):
                ids = torch.tensor(work[start : start + size], device=things.model.device)
                settings = {"max_new_tokens": tokens, "do_sample": False, "pad_token_id": 0}
                with torch.inference_mode():
                    mask = torch.ones_like(ids)
                    rows = things.model.generate(ids, attention_mask=mask, **settings)
                texts += [things.words(row) for row in rows[:, ids.shape[1] :].tolist()]
            return texts

        return Take(*timed(complete), {"batch size": size})

    return side


def continuous(things: Made, tokens: int, **options: Any) -> Side:
    """`generate_batch`: transformers' continuous batching, which shares beginnings by blocks."""
    config = GenerationConfig(max_new_tokens=tokens, do_sample=False, pad_token_id=0)

    def side(work: Sequence[Sequence[int]]) -> Take:
        def complete() -> list[str]:
            done = things.model.generate_batch(
                inputs=[list(prompt) for prompt in work],
                generation_config=config,
                continuous_batching_config=ContinuousBatchingConfig(**options),
            )
            return [things.words(output.generated_tokens) for output in done.values()]

        return Take(*timed(complete))

    return side


def working(sides: Sequence[Callable[[], Side]], work: Sequence[Any]) -> Side | None:
    """The first of several ways that runs here; None, said why, where none does."""
    for make in sides:
        try:
            side = make()
            if len(side(work).answers) == len(work):
                return side
            say("  continuous batching lost some of its requests")
        except Exception as error:
            say(f"  continuous batching does not run so: {type(error).__name__}: {error}")
    return None


def firsts(takes: dict[str, list[Take]]) -> dict[str, list[Take]]:
    """Note how many of a side's first tokens are as ours."""
    mine = next(iter(takes.values()))[0].answers

    def noted(take: Take) -> Take:
        pairs = zip(take.answers, mine, strict=True)
        same = sum(answer.split()[:1] == own.split()[:1] for answer, own in pairs)
        share = f"{100 * same / len(mine):.1f} %"
        return Take(take.seconds, take.answers, {**take.notes, "first token as ours": share})

    return {side: [noted(take) for take in all_] for side, all_ in takes.items()}


def compared(told: argparse.Namespace, things: Made, asked: HuggingFace, tokens: int) -> Comparison:
    """Compare the sides on completions of so many tokens; on two labels' scores, where it is 0."""
    work = prompts(told.work, told.prompts, SHAPES[told.shape].vocab_size)
    few = work[: min(len(work), 2 * max(told.batch_sizes))]
    name = f"{told.shape}, {told.dtype}"
    if not tokens:
        size, _ = fastest(lambda size: forward(things, size), told.batch_sizes, few)
        labelled = {
            f"promptlab, {name}": scored(asked, things),
            "transformers, a forward pass": forward(things, size),
        }
        takes = interleave(labelled, work, repetitions=told.repetitions, warm=few)
        return Comparison(f"{told.work}: {told.prompts} prompts, two labels", takes)
    size, _ = fastest(lambda size: generate(things, tokens, size), told.batch_sizes, few)
    sides = {
        f"promptlab, {name}": ours(asked, things, tokens),
        "transformers.generate": generate(things, tokens, size),
    }
    ways = [
        lambda: continuous(things, tokens),
        lambda: continuous(things, tokens, auto_switch_to_flash=False),
    ]
    batching = working(ways, work[:4])
    if batching is not None:
        sides["transformers, continuous batching"] = batching
    takes = interleave(sides, work, repetitions=told.repetitions, warm=few)
    work_name = f"{told.work}: {told.prompts} prompts, {tokens} new tokens"
    return Comparison(work_name, firsts(takes))


def main() -> None:
    """Make the model, and compare completions of each length."""
    options = parser(__doc__)
    options.add_argument("--shape", choices=SHAPES, default="1.5B")
    options.add_argument("--work", choices=("shared", "knn"), default="shared")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options.add_argument("--dtype", default="bfloat16")
    options.add_argument("--prompts", type=int, default=1000)
    options.add_argument(
        "--new-tokens", nargs="+", type=int, default=[0, 1, 64], help="0: two labels are scored"
    )
    options.add_argument("--batch-sizes", nargs="+", type=int, default=[32, 128])
    options.add_argument("--threads", type=int, default=8, help="of the CPU")
    options.add_argument("--batch-tokens", type=int, help="ours; its own default where not given")
    told = options.parse_args()
    limit_threads(told.threads)
    mine = {"batch_tokens": told.batch_tokens} if told.batch_tokens else {}
    comparisons = []
    with tempfile.TemporaryDirectory() as folder:
        things = made(told.shape, told.device, told.dtype, folder)
        asked = HuggingFace(folder, device=told.device, dtype=told.dtype, **mine)
        for tokens in told.new_tokens:
            comparisons.append(compared(told, things, asked, tokens))
            # After each, so that a run that is cut short leaves what it has.
            report(f"gpu_{told.shape}_{told.work}", __doc__ or "", comparisons, told.out)
            gc.collect()


if __name__ == "__main__":
    main()
