"""What this machine could do at best with the embedded model, and how near we are.

    python benchmarks/limits.py

A forward pass is products of matrices and little else. So the products alone, of the model's own
shapes and with nothing between them, bound the tokens a second that any engine can read: by
arithmetic where many tokens go through them at once, and by the memory's bandwidth where few do,
since every weight is read once a step. Beside it stand what we read (prompts that share nothing,
scored for one label) and what we write (greedy rows, their prompts' time taken off).
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from materials import folder, model
from sidebyside import keep, limit_threads, machine, parser, say
from torch.nn.functional import linear
from transformers import AutoConfig

from promptlab import Generate, HuggingFace, Message, Prompt, Sampling, Score
from promptlab.model.int8 import Int8Linear


@dataclass(frozen=True)
class Reached:
    """Tokens a second: of the products alone, and ours."""

    dtype: str
    work: str
    products: float
    gflops: float
    gigabytes: float
    ours: float


def products(name: str, rows: int, heads: int) -> tuple[Callable[[], None], int, int]:
    """All products of one pass over `rows` tokens, `heads` of them through the head.

    Returns:
        What computes them, their number of multiply-adds times two, and the bytes of the weights.
    """
    config, dtype = AutoConfig.from_pretrained(folder()), held(name)
    width, inner = config.hidden_size, config.intermediate_size
    keys = config.num_key_value_heads * config.head_dim
    layer = [(width, width), (keys, width), (keys, width), (width, width)]
    layer += [(inner, width), (inner, width), (width, inner)]
    weights = [multiplier(shape, name) for _ in range(config.num_hidden_layers) for shape in layer]
    shapes = layer * config.num_hidden_layers
    head = torch.randn((config.vocab_size, width), dtype=dtype)
    inputs = {size: torch.randn((rows, size), dtype=dtype) for size in (width, inner)}
    last = torch.randn((heads, width), dtype=dtype)

    def compute() -> None:
        for multiply, (_, size) in zip(weights, shapes, strict=True):
            multiply(inputs[size])
        linear(last, head)

    each = sum(outer * inner for outer, inner in shapes)
    size = each * (1 if name == "int8" else dtype.itemsize) + head.numel() * dtype.itemsize
    return compute, 2 * (rows * each + heads * head.numel()), size


def held(name: str) -> torch.dtype:
    """What all but the products has."""
    dtype: torch.dtype = torch.float32 if name == "int8" else getattr(torch, name)
    return dtype


def multiplier(shape: tuple[int, int], name: str) -> torch.nn.Module:
    """A layer of the model's shape, (out, in)."""
    layer = torch.nn.Linear(shape[1], shape[0], bias=False, dtype=held(name))
    return Int8Linear(layer) if name == "int8" else layer


def seconds(work: Callable[[], object], repetitions: int) -> float:
    """The median time of a call, after one that does not count."""
    work()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def bandwidth(repetitions: int) -> float:
    """Gigabytes a second that can be read from memory: the sum of more than any cache holds."""
    numbers = torch.ones(256 << 20 >> 2)
    return numbers.numel() * 4 / seconds(numbers.sum, repetitions) / 1e9


def prompt(number: int, words: int) -> Prompt:
    """A prompt of about so many tokens that shares no beginning with another."""
    return Prompt((Message("text", " ".join(str(number * 7 + word) for word in range(words))),))


def read(asked: HuggingFace, count: int, words: int, repetitions: int) -> tuple[float, int]:
    """Tokens a second that we read, and how many one pass reads."""
    requests = [Score(prompt(number + 1, words), (" yes",)) for number in range(count)]
    tokens = sum(len(asked.token_ids(request.prompt)) for request in requests)
    return tokens / seconds(lambda: asked.answer(requests), repetitions), tokens


def written(asked: HuggingFace, rows: int, repetitions: int) -> float:
    """Tokens a second that we write, so many rows at once."""

    def taking(tokens: int) -> Callable[[], object]:
        sampling = Sampling(max_tokens=tokens)
        requests = [Generate(prompt(number + 1, 16), sampling) for number in range(rows)]
        return lambda: asked.answer(requests)

    few, many = 4, 36
    spent = seconds(taking(many), repetitions) - seconds(taking(few), repetitions)
    return rows * (many - few) / spent


def reached(dtype: str, repetitions: int) -> list[Reached]:
    """Measure one dtype: reading, and writing a few and many rows at once."""
    asked, found = model(dtype), []
    ours, tokens = read(asked, 8, 100, repetitions)
    compute, flops, size = products(dtype, tokens, 8)
    took = seconds(compute, repetitions)
    name = f"reads {tokens} tokens, a batch"
    found.append(Reached(dtype, name, tokens / took, flops / took / 1e9, size / took / 1e9, ours))
    for rows in (1, 10, 40):
        compute, flops, size = products(dtype, rows, rows)
        took = seconds(compute, 5 * repetitions)
        rate = written(asked, rows, repetitions)
        name = f"writes {rows} rows at once"
        found.append(Reached(dtype, name, rows / took, flops / took / 1e9, size / took / 1e9, rate))
        say(f"  {found[-1]}")
    return found


def main() -> None:
    """Measure every dtype."""
    options = parser(__doc__)
    options.add_argument("--dtypes", nargs="+", default=["bfloat16", "float32", "int8"])
    told = options.parse_args()
    limit_threads()
    lines = [
        "| dtype | work | products alone, tokens/s | GFLOP/s | weights, GB/s | ours | of it |",
        "|---|---|---|---|---|---|---|",
    ]
    found = []
    with torch.inference_mode():
        speed = bandwidth(told.repetitions)
        for dtype in told.dtypes:
            found += reached(dtype, told.repetitions)
    lines += [
        f"| {each.dtype} | {each.work} | {each.products:.0f} | {each.gflops:.0f} "
        f"| {each.gigabytes:.1f} | {each.ours:.0f} | **{100 * each.ours / each.products:.0f} %** |"
        for each in found
    ]
    about = f"Memory is read at {speed:.1f} GB/s at most."
    page = "\n\n".join([(__doc__ or "").strip(), about, "\n".join(lines)]) + "\n"
    record = {"name": "limits", "machine": machine(), "gigabytes a second": speed}
    keep("limits", page, record | {"reached": [asdict(each) for each in found]}, told.out)


if __name__ == "__main__":
    main()
