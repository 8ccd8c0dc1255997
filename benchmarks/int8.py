"""Eight bits against float32: what it costs in labels, and what it saves in seconds.

    python benchmarks/int8.py --data ../shared/data

On every data set each question is shown the four nearest members of the pool, and its labels are
scored by the embedded model in float32, in bfloat16 and in int8 (weights by channel, activations
by token). The prompts are the same. `better, worse` counts the questions that only the other dtype
has right, or only float32; p is the exact sign test on them. Seconds are those of the processor, on
one thread, each side with nothing read before. Where the processor does not multiply bfloat16 it is
slow: `--dtypes int8` leaves it out.
"""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from materials import asked_by, fresh, model
from scipy.stats import binomtest
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab.cli.config.compose import build, compose
from promptlab.types import Scores

DTYPES = ("bfloat16", "int8")
SETS = ("sst2", "subj", "agnews", "emotion")


@dataclass(frozen=True)
class Compared:
    """A dtype on a data set, against float32 on the same prompts."""

    data: str
    dtype: str
    questions: int
    right: int
    changed: int
    better: int
    worse: int
    p: float
    seconds: float


def main() -> None:
    """Score every data set in every dtype."""
    options = parser(__doc__)
    options.add_argument(
        "--data", type=Path, required=True, help=f"a folder with {', '.join(SETS)}"
    )
    options.add_argument("--questions", type=int, default=100, help="of each data set")
    options.add_argument(
        "--dtypes", nargs="+", choices=DTYPES, default=DTYPES, help="against float32"
    )
    told = options.parse_args()
    limit_threads(1)
    rows = []
    for name in ("question_types", *SETS):
        path = "datasets/question_types" if name == "question_types" else told.data / name
        rows += _compared(name, path, told.questions, ["float32", *told.dtypes])
        keep("int8", _page(rows), {"machine": machine(), "rows": list(map(asdict, rows))}, told.out)


def _compared(name: str, path: Path | str, count: int, dtypes: list[str]) -> list[Compared]:
    words = ["experiment=sst2_demonstrations", "dataset=jsonl", f"dataset.path={path}"]
    words += ["dataset.task.answer=label", f"dataset.limit={count}", "dataset.pool_limit=1000"]
    made = build(compose([*words, "selection=knn", "k=4", "tracking=none"]))
    requests, examples = asked_by(made)
    labels = made.dataset.task.labels
    told = {}
    for dtype in dtypes:
        asked = fresh(model(dtype))
        started = time.process_time()
        replies = [reply for reply in asked.answer(requests) if isinstance(reply, Scores)]
        seconds = time.process_time() - started
        told[dtype] = seconds, [labels[_best(reply.logprobs)] for reply in replies]
        say(f"  {name}, {dtype}: {seconds:.1f} s")
    gold = [example.answer for example in examples]
    return [_against(name, dtype, *told[dtype], told["float32"][1], gold) for dtype in dtypes]


def _best(logprobs: tuple[float, ...]) -> int:
    return logprobs.index(max(logprobs))


def _against(  # noqa: PLR0917  a row of the table
    data: str, dtype: str, seconds: float, mine: list[str], theirs: list[str], gold: list[str]
) -> Compared:
    triples = list(zip(mine, theirs, gold, strict=True))
    better = sum(one == right != other for one, other, right in triples)
    worse = sum(other == right != one for one, other, right in triples)
    p = binomtest(better, better + worse).pvalue if better + worse else 1.0
    changed = sum(one != other for one, other, _ in triples)
    right = sum(one == right for one, _, right in triples)
    return Compared(data, dtype, len(gold), right, changed, better, worse, float(p), seconds)


def _page(rows: list[Compared]) -> str:
    base = {row.data: row.seconds for row in rows if row.dtype == "float32"}
    lines = [
        "| data | dtype | right | labels changed | better, worse; p | seconds | of float32's |",
        "|---|---|---:|---:|---|---:|---:|",
    ]
    lines += [
        f"| {row.data} | {row.dtype} | {row.right} of {row.questions} | {row.changed} | "
        f"{row.better}, {row.worse}; {row.p:.2g} | {row.seconds:.1f} | "
        f"{row.seconds / base[row.data]:.2f} |"
        for row in rows
    ]
    about = ", ".join(f"{name} {value}" for name, value in machine().items())
    return "\n\n".join([(__doc__ or "").strip(), about, "\n".join(lines)]) + "\n"


if __name__ == "__main__":
    main()
