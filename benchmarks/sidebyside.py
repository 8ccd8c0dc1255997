"""Two ways of doing one piece of work, timed side by side: A B A B, medians, and do they agree.

What a machine does besides changes from minute to minute, so the sides take turns, and only the
ratio of their medians is worth keeping. A side that needs other packages than ours is a `Peer`: a
script run by another interpreter, which waits while it is not its turn and times its own work.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PEERS = HERE / "peers"
SHARED = HERE.parent.parent / "shared" / "data"
"""Where public data sets are, if they are: a folder beside the checkout."""

THREADS = 2
"""Threads of every side."""


@dataclass(frozen=True)
class Take:
    """One run of one side: how long it took, what it answered, and what else it has to say."""

    seconds: float
    answers: Sequence[str] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)


Side: TypeAlias = Callable[[Sequence[Any]], Take]
"""Does a piece of work: some items, in order."""


@dataclass(frozen=True)
class Comparison:
    """What came of one piece of work; the first side is ours.

    Attributes:
        work: What was done, in a few words.
        takes: All runs of every side, by its name.
        gold: The right answers, where there are any.
        target: How many times faster ours was hoped to be; 0: nothing was hoped.
    """

    work: str
    takes: Mapping[str, Sequence[Take]]
    gold: Sequence[str] = ()
    target: float = 0.0

    def seconds(self, side: str) -> list[float]:
        """All times of a side."""
        return [take.seconds for take in self.takes[side]]

    def ratio(self, side: str) -> float:
        """How many times as long as ours a side took: the ratio of their medians."""
        ours = next(iter(self.takes))
        return statistics.median(self.seconds(side)) / statistics.median(self.seconds(ours))

    def accuracy(self, side: str) -> float | None:
        """How often a side's answers are right."""
        return _share(self.takes[side][0].answers, self.gold)

    def agreement(self, side: str) -> float | None:
        """How often a side answers as ours does."""
        ours = next(iter(self.takes))
        return _share(self.takes[side][0].answers, self.takes[ours][0].answers)


def _share(answers: Sequence[str], right: Sequence[str]) -> float | None:
    if not answers or len(answers) != len(right):
        return None
    return sum(map(str.__eq__, answers, right)) / len(right)


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    returned = call()
    return time.perf_counter() - start, returned


def interleave(
    sides: Mapping[str, Side],
    work: Sequence[Any],
    *,
    repetitions: int,
    warm: Sequence[Any] | None = None,
) -> dict[str, list[Take]]:
    """Run every side on the work, taking turns; `warm`, a little work, goes before, uncounted."""
    for side in sides.values():
        side(work[:2] if warm is None else warm)
    takes: dict[str, list[Take]] = {name: [] for name in sides}
    for turn in range(repetitions):
        for name, side in sides.items():
            takes[name].append(side(work))
            say(f"  {turn + 1}/{repetitions} {name}: {takes[name][-1].seconds:.2f} s")
    return takes


def fastest(
    make: Callable[[int], Side], sizes: Iterable[int], work: Sequence[Any]
) -> tuple[int, dict[int, float]]:
    """Try batch sizes on a part of the work; return the fastest, and the times of all."""
    seconds: dict[int, float] = {}
    for size in sizes:
        seconds[size] = make(size)(work).seconds
        say(f"  batch size {size}: {seconds[size]:.2f} s")
    return min(seconds, key=lambda size: seconds[size]), seconds


def say(text: str) -> None:
    """Tell how it goes, beside the result."""
    print(text, file=sys.stderr, flush=True)


class Peer(AbstractContextManager["Peer"]):
    """Another tool, under its own interpreter: one request and one reply, each a line of JSON."""

    def __init__(self, python: str, script: str, **settings: Any) -> None:
        if not Path(python).exists():
            raise SystemExit(
                f"no interpreter {python}: make the virtual environment that {PEERS / script} "
                "names first, or say where it is with --python"
            )
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115  closed with the process
        self._process = subprocess.Popen(  # noqa: S603
            [python, str(PEERS / script), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.about: dict[str, Any] = self._reply()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Ask, and wait for the reply."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._reply()

    def take(self, **request: Any) -> Take:
        """Ask for work that the peer times itself."""
        reply = self.ask(**request)
        return Take(reply.pop("seconds"), reply.pop("answers"), reply)

    def _reply(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            raise SystemExit("the peer ended:\n" + self._log.read()[-4000:])
        reply: dict[str, Any] = json.loads(line)
        return reply

    def __exit__(self, *_: object) -> None:
        """Let the process end: its input is over."""
        self._process.communicate()
        self._log.close()


def limit_threads(threads: int = THREADS) -> None:
    """Let this process, and those it starts, compute with so many threads.

    OpenMP reads its settings when it is loaded, so that a process without them begins anew. The
    short spin is what promptlab sets; here all sides have it.
    """
    wanted = {
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "GOMP_SPINCOUNT": "3000",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **wanted})  # noqa: S606
    import torch  # noqa: PLC0415  the peers' processes need none of it here

    torch.set_num_threads(threads)


def machine() -> dict[str, str]:
    """Say what this was measured on."""
    cpu, memory, bfloat16 = platform.processor(), "", ""
    if Path("/proc/cpuinfo").exists():
        facts = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        cpu = next((f.partition(": ")[2] for f in facts if f.startswith("model name")), cpu)
        flags = next((f.split() for f in facts if f.startswith("flags")), [])
        bfloat16 = " ".join(flag for flag in flags if flag in {"avx512_bf16", "amx_bf16"}) or "none"
        total = Path("/proc/meminfo").read_text("utf-8").split()[1]
        memory = f"{int(total) / 2**20:.0f} GiB"
    packages = {name: _version(name) for name in ("torch", "transformers")}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": cpu,
        "bfloat16": bfloat16,
        "cores": str(cores),
        "memory": memory,
        "gpu": _gpu(),
        "system": platform.system(),
        "python": platform.python_version(),
        **packages,
    }


def _gpu() -> str:
    torch = sys.modules.get("torch")
    return torch.cuda.get_device_name() if torch and torch.cuda.is_available() else "none"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def parser(about: str | None, *, repetitions: int = 3) -> argparse.ArgumentParser:
    """Begin a command line with what all benchmarks take."""
    made = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--repetitions", type=int, default=repetitions, help="runs of every side")
    made.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    return made


def report(name: str, about: str, comparisons: Sequence[Comparison], out: Path) -> None:
    """Print the comparisons as a Markdown table; keep it, and all that was measured as JSON."""
    page = f"{about.strip()}\n\n{table(comparisons)}\n"
    record = {
        "name": name,
        "about": about.strip(),
        "machine": machine(),
        "comparisons": [_plain(comparison) for comparison in comparisons],
    }
    keep(name, page, record, out)


def keep(name: str, page: str, record: Mapping[str, Any], out: Path) -> None:
    """Print a page; keep it and its record."""
    print(page)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name}.md").write_text(page, "utf-8")
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (out / f"{name}.json").write_text(text + "\n", "utf-8")


def table(comparisons: Sequence[Comparison]) -> str:
    """Write every side of every comparison in a line of its own."""
    lines = [
        "| work | side | seconds, median (all) | times ours | hoped | right | as ours | notes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in comparisons:
        for number, side in enumerate(each.takes):
            lines.append(_line(each, side, ours=number == 0))
    return "\n".join(lines)


def _line(comparison: Comparison, side: str, *, ours: bool) -> str:
    seconds = comparison.seconds(side)
    runs = ", ".join(f"{second:.2f}" for second in seconds)
    notes = "; ".join(f"{key} {value}" for key, value in comparison.takes[side][0].notes.items())
    cells = [
        comparison.work if ours else "",
        side,
        f"{statistics.median(seconds):.2f} ({runs})",
        "" if ours else f"**{comparison.ratio(side):.2f}**",
        "" if ours or not comparison.target else f"{comparison.target:g}",
        _percent(comparison.accuracy(side)),
        "" if ours else _percent(comparison.agreement(side)),
        notes,
    ]
    return "| " + " | ".join(cells) + " |"


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _plain(comparison: Comparison) -> dict[str, Any]:
    sides = {
        side: {
            "seconds": comparison.seconds(side),
            "median": statistics.median(comparison.seconds(side)),
            "times_ours": comparison.ratio(side),
            "accuracy": comparison.accuracy(side),
            "agreement": comparison.agreement(side),
            "notes": comparison.takes[side][0].notes,
        }
        for side in comparison.takes
    }
    return {"work": comparison.work, "target": comparison.target, "sides": sides}
