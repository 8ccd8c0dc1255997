"""What this machine could do at best with the embedded model, and how near we are.

    python benchmarks/limits.py

A forward pass is products of matrices and little else. So the products alone, of the model's own
shapes and with nothing between them, bound the tokens a second that any engine can read: by
arithmetic where many tokens go through them at once, and by the memory's bandwidth where few do,
since every weight is read once a step. Beside it stand what we read (prompts that share nothing,
scored for one label) and what we write (greedy rows, their prompts' time taken off).

The second table takes the work of each benchmark, a small part of it: the passes that it makes, of
so many positions each, would take so long by the products of that many positions alone. What is
left is attention, small operations, sampling, forms, Python, and what a run does besides.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache

import numpy as np
import torch
from forwards import Watch, watched
from materials import folder, fresh, model
from sidebyside import keep, limit_threads, machine, parser, say, timed
from torch.nn.functional import linear
from transformers import AutoConfig
from works import works

from promptlab import Generate, HuggingFace, Message, Prompt, Sampling, Score
from promptlab.model.int8 import Int8Linear

SIZES = (1, 2, 4, 8, 16, 40, 160, 640, 2640)
"""Positions of a pass at which products are measured by themselves."""


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
    (weights, head), shapes, dtype = matrices(name), layers(), held(name)
    inputs = {size: torch.randn((rows, size), dtype=dtype) for _, size in shapes}
    last = torch.randn((heads, head.shape[1]), dtype=dtype)

    def compute() -> None:
        for multiply, (_, size) in zip(weights, shapes, strict=True):
            multiply(inputs[size])
        linear(last, head)

    each = sum(outer * inner for outer, inner in shapes)
    size = each * (1 if name == "int8" else dtype.itemsize) + head.numel() * dtype.itemsize
    return compute, 2 * (rows * each + heads * head.numel()), size


@cache
def matrices(name: str) -> tuple[list[torch.nn.Module], torch.Tensor]:
    """The layers' products, in the order of a pass, and the head; of the model's own shapes."""
    config = AutoConfig.from_pretrained(folder())
    head = torch.randn((config.vocab_size, config.hidden_size), dtype=held(name))
    return [multiplier(shape, name) for shape in layers()], head


@cache
def layers() -> list[tuple[int, int]]:
    """The shape (out, in) of every product of a pass but the head's."""
    config = AutoConfig.from_pretrained(folder())
    width, inner = config.hidden_size, config.intermediate_size
    keys = config.num_key_value_heads * config.head_dim
    layer = [(width, width), (keys, width), (keys, width), (width, width)]
    layer += [(inner, width), (inner, width), (width, inner)]
    return layer * config.num_hidden_layers


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


@dataclass(frozen=True)
class Near:
    """A benchmark's work: positions computed, seconds, and those of its products alone."""

    work: str
    positions: int
    passes: int
    seconds: float
    products: float


def curve(dtype: str, repetitions: int) -> Callable[[Sequence[int], Sequence[int]], float]:
    """Return what tells the seconds of the products alone, of some passes and some heads.

    Measured at some sizes, and between them by lines; beyond the largest, in proportion.
    """
    passed, headed = list[float](), list[float]()
    for rows in SIZES:
        passed.append(seconds(products(dtype, rows, 0)[0], repetitions))
        both = seconds(products(dtype, 1, rows)[0], repetitions)
        headed.append(max(both - passed[0], 0.0))

    def alone(passes: Sequence[int], heads: Sequence[int]) -> float:
        return sum(_at(rows, passed) for rows in passes) + sum(_at(rows, headed) for rows in heads)

    return alone


def _at(rows: int, took: Sequence[float]) -> float:
    if rows > SIZES[-1]:
        return took[-1] * rows / SIZES[-1]
    return float(np.interp(rows, SIZES, took))


def nearness(
    watch: Watch, dtype: str, examples: int, tokens: int, repetitions: int
) -> Iterator[Near]:
    """Measure the work of every benchmark."""
    asked, alone = model(dtype), curve(dtype, repetitions)
    for name, work in works(examples, tokens).items():
        times = list[float]()
        for _ in range(repetitions):
            reader = fresh(asked)
            watch.reset()
            times.append(timed(lambda work=work, reader=reader: work(reader))[0])  # type: ignore[misc]
        bound, took = alone(watch.read, watch.headed), statistics.median(times)
        yield Near(name, watch.tokens, len(watch.read), took, bound)


def main() -> None:
    """Measure every dtype, and then every benchmark."""
    options = parser(__doc__)
    options.add_argument("--dtypes", nargs="+", default=["bfloat16", "float32", "int8"])
    options.add_argument("--dtype", default="auto", help="of the benchmarks' work")
    options.add_argument("--examples", type=int, default=16, help="of each benchmark's work")
    options.add_argument("--tokens", type=int, default=64, help="most new tokens of each")
    told = options.parse_args()
    limit_threads()
    lines = [
        "| dtype | work | products alone, tokens/s | GFLOP/s | weights, GB/s | ours | of it |",
        "|---|---|---|---|---|---|---|",
    ]
    found = []
    # Watched from the first: weights that are loaded once stay loaded.
    with watched() as watch, torch.inference_mode():
        speed = bandwidth(told.repetitions)
        for dtype in told.dtypes:
            found += reached(dtype, told.repetitions)
        dtype, near = model(told.dtype).identity["dtype"], list[Near]()
        for one in nearness(watch, dtype, told.examples, told.tokens, told.repetitions):
            near.append(one)
            say(f"  {one}")
    lines += [
        f"| {each.dtype} | {each.work} | {each.products:.0f} | {each.gflops:.0f} "
        f"| {each.gigabytes:.1f} | {each.ours:.0f} | **{100 * each.ours / each.products:.0f} %** |"
        for each in found
    ]
    about = f"Memory is read at {speed:.1f} GB/s at most."
    works_of = f"Each benchmark's work, of {told.examples} questions, in {dtype}:"
    parts = [(__doc__ or "").strip(), about, "\n".join(lines), works_of, table(near)]
    record = {"name": "limits", "machine": machine(), "gigabytes a second": speed}
    record |= {"reached": [asdict(each) for each in found], "near": [asdict(each) for each in near]}
    keep("limits", "\n\n".join(parts) + "\n", record, told.out)


def table(near: Sequence[Near]) -> str:
    """Write how near each benchmark is."""
    lines = [
        "| work | positions computed, in passes | seconds | products alone, s | of it |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.work} | {each.positions:,} in {each.passes} | {each.seconds:.1f} "
        f"| {each.products:.1f} | **{100 * each.products / each.seconds:.0f} %** |"
        for each in near
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
