"""What a pool of a million short texts costs by BM25: minutes to index, memory, a question's time.

    python benchmarks/million.py

Texts of 8 to 24 words, as unevenly common as in English (Zipf), chosen from by `selection=bm25`
as a run does. One thread; CPU time beside the clock's. The peak is what the system says of the
process, the pool itself and all libraries in it. Hoped: less than 24 GB.
"""

import resource
import statistics
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from large_pool import K, spent, texts
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question


@dataclass(frozen=True)
class Cost:
    """What one pool takes.

    Attributes:
        examples: Its size.
        before: GB in memory with the pool, before it is indexed.
        peak: The most GB at any time.
        after: GB once it is indexed.
        seconds: To index it, by the clock.
        cpu: The same of the processor.
        questions: Milliseconds of each.
    """

    examples: int
    before: float
    peak: float
    after: float
    seconds: float
    cpu: float
    questions: list[float]


def resident() -> float:
    """Return the GB that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * resource.getpagesize() / 1e9


def measure(size: int, questions: int, shortest: int, longest: int) -> Cost:
    """Make a pool, index it, and ask."""
    made = texts(size, 0, shortest, longest)
    pool = [Example(Question(f"pool-{place}", text), "") for place, text in enumerate(made)]
    before, start, clock = resident(), time.process_time(), time.perf_counter()
    select = BM25(K).fit(pool)
    cpu, seconds = time.process_time() - start, time.perf_counter() - clock
    after = resident()
    words = texts(questions, 1, shortest, longest)
    asked = [Question(f"test-{place}", text) for place, text in enumerate(words)]
    times = [1000 * spent(lambda q=each: select(q)) for each in asked]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return Cost(size, before, peak, after, seconds, cpu, times)


def main() -> None:
    """Measure."""
    options = parser(__doc__)
    options.add_argument("--size", type=int, default=1_000_000)
    options.add_argument("--questions", type=int, default=50)
    options.add_argument("--shortest", type=int, default=8, help="words of a text")
    options.add_argument("--longest", type=int, default=24, help="words of a text")
    told = options.parse_args()
    limit_threads(1)
    cost = measure(told.size, told.questions, told.shortest, told.longest)
    times = f"**{statistics.median(cost.questions):.1f}**, {max(cost.questions):.1f}"
    cells = [
        f"{cost.examples:,}",
        f"{told.shortest} to {told.longest}",
        f"**{cost.seconds / 60:.1f}** ({cost.cpu / 60:.1f})",
        f"{cost.before:.1f}",
        f"**{cost.peak:.1f}**",
        f"{cost.after:.1f}",
        times,
    ]
    head = (
        "| texts | words | index, minutes (CPU) | GB before | GB at most | GB after "
        "| a question, ms: median, most |"
    )
    lines = [head, "|---|---|---|---|---|---|---|", f"| {' | '.join(cells)} |"]
    say(lines[-1])
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep(
        "million", page, {"name": "million", "machine": machine(), "runs": [asdict(cost)]}, told.out
    )


if __name__ == "__main__":
    main()
