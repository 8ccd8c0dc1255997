"""What it costs to choose 8 of 1,000 candidates of 384 dimensions that differ from each other.

    python benchmarks/diversity.py

Unit vectors by chance around 50 centres, and a question near one of them. The candidates are there
and encoded: what is measured is the choice. One thread; CPU time, so that a machine that others use
as well changes little. Hoped: under 20 ms a question.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.selection.diverse.dpp import kernel_row, spread, weights
from promptlab.selection.diverse.facility_location import covering
from promptlab.selection.diverse.k_center import farthest_first
from promptlab.selection.diverse.mmr import marginal

Vectors = NDArray[np.float32]
Choose = Callable[[NDArray[np.float32], Vectors, int], list[int]]


def dpp(asked: NDArray[np.float32], vectors: Vectors, k: int) -> list[int]:
    """Choose as `DPP` does."""
    whole = vectors.astype(np.float64)
    weight = weights(whole, asked, 0.1)
    prior = weight**2 * ((whole**2).sum(axis=1) + 1) / 2
    return spread(prior, partial(kernel_row, weight, whole), k)


WORK: dict[str, Choose] = {
    "MMR": lambda asked, vectors, k: marginal(vectors @ asked, vectors, 0.5, k),
    "DPP": dpp,
    "facility location": lambda _, vectors, k: covering(vectors, k),
    "k-center": lambda _, vectors, k: farthest_first(vectors, k),
}


@dataclass(frozen=True)
class Cost:
    """One kind of work: milliseconds of each question."""

    work: str
    questions: list[float]


def placed(size: int, dimensions: int, seed: int) -> tuple[NDArray[np.float32], Vectors]:
    """Return a question's vector, and those of candidates."""
    draw = np.random.default_rng(seed)
    centres = draw.standard_normal((50, dimensions))
    vectors = centres[draw.integers(0, 50, size)] + draw.standard_normal((size, dimensions))
    single = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return single[0], np.ascontiguousarray(single)


def spent(choose: Choose, questions: int, size: int, dimensions: int, k: int) -> list[float]:
    """Return the milliseconds of CPU time that each question takes, one uncounted before."""
    times = []
    for seed in range(questions + 1):
        asked, vectors = placed(size, dimensions, seed)
        start = time.process_time()
        choose(asked, vectors, k)
        times.append(1000 * (time.process_time() - start))
    return times[1:]


def main() -> None:
    """Measure all."""
    options = parser(__doc__)
    options.add_argument("--size", type=int, default=1000)
    options.add_argument("--dimensions", type=int, default=384)
    options.add_argument("--k", type=int, default=8)
    options.add_argument("--questions", type=int, default=50)
    told = options.parse_args()
    limit_threads(1)
    lines = ["| work | a question, ms: median, most |", "|---|---|"]
    costs = []
    for work, choose in WORK.items():
        times = spent(choose, told.questions, told.size, told.dimensions, told.k)
        costs.append(asdict(Cost(work, times)))
        lines.append(f"| {work} | **{statistics.median(times):.1f}**, {max(times):.1f} |")
        say(lines[-1])
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep("diversity", page, {"name": "diversity", "machine": machine(), "runs": costs}, told.out)


if __name__ == "__main__":
    main()
