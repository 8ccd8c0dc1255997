"""How much memory the quickstart sweep takes at most, and how long it computes, in either dtype.

    python benchmarks/memory.py
    python benchmarks/memory.py --dtypes float32 --checkouts . ../before    # sides take turns

Every run is a process of its own in a folder of its own, with an empty store of completions; the
converted weights are made before. The peak is what the system says of the process: its own memory,
and the pages of files that it has mapped.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from materials import folder
from sidebyside import HERE, keep, machine, parser, say


@dataclass(frozen=True)
class Ran:
    """One sweep: its peak in MiB, and its seconds of user and of system time."""

    peak: float
    user: float
    system: float


def ran(checkout: Path, dtype: str) -> Ran:
    """Run the sweep once, as a checkout has it."""
    with tempfile.TemporaryDirectory() as work:
        cache = Path(work, "cache")
        cache.mkdir()
        (cache / "models").symlink_to(Path(folder()).parent)
        told = ["experiment=quickstart", f"model.dtype={dtype}"]
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "promptlab", *told],
            cwd=work,
            env={**os.environ, "PYTHONPATH": str(checkout), "PROMPTLAB_CACHE": str(cache)},
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{checkout}: the sweep ended with status {process.returncode}")
    return Ran(usage.ru_maxrss / 1024, usage.ru_utime, usage.ru_stime)


def line(checkout: Path, dtype: str, runs: list[Ran]) -> str:
    """Write some runs of one side: their medians, and all peaks."""
    peaks = ", ".join(f"{run.peak:,.0f}" for run in runs)
    user, system = (
        statistics.median(getattr(run, field) for run in runs) for field in ("user", "system")
    )
    peak = max(run.peak for run in runs)
    return f"| {checkout.name} | {dtype} | **{peak:,.0f}** ({peaks}) | {user:.0f} | {system:.0f} |"


def main() -> None:
    """Run every checkout in every dtype, taking turns."""
    options = parser(__doc__, repetitions=1)
    options.add_argument("--dtypes", nargs="+", default=["float32", "bfloat16"])
    options.add_argument("--checkouts", nargs="+", type=Path, default=[HERE.parent])
    told = options.parse_args()
    lines = [
        "| checkout | dtype | peak, MiB (all) | user, s | system, s |",
        "|---|---|---|---|---|",
    ]
    sides = {
        (checkout.resolve(), dtype): list[Ran]()
        for dtype in told.dtypes
        for checkout in told.checkouts
    }
    for _ in range(told.repetitions):
        for (checkout, dtype), runs in sides.items():
            runs.append(ran(checkout, dtype))
            say(f"{checkout.name} {dtype}: {runs[-1]}")
    lines += [line(*side, runs) for side, runs in sides.items()]
    record = {
        f"{checkout.name}, {dtype}": [asdict(run) for run in runs]
        for (checkout, dtype), runs in sides.items()
    }
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep("memory", page, {"name": "memory", "machine": machine(), "runs": record}, told.out)


if __name__ == "__main__":
    main()
