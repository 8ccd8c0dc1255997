"""Programs that a model wrote, run by each executor: how long they take, and what hostile ones do.

    python benchmarks/programs.py

Small programs run side by side, as many as there are cores, each of which computes something else.
Then as many endless loops as told, each of which may take a second. Then one after another what a
program should not do, with what came of it and how long that took. `bubblewrap` is left out where
the command `bwrap` is not installed.
"""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sidebyside import keep, machine, parser, say, timed

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.bubblewrap import Bubblewrap
from promptlab.tool.executor.executor import Executor
from promptlab.tool.executor.monty import Monty

LOOP = "while True:\n    pass"
HOSTILE = {
    "an endless loop": LOOP,
    "ten gigabytes": "x = [0] * 10**10\nprint(len(x))",
    "9**9**8": "print(len(str(9**9**8)))",
    "recursion without end": "def f(n):\n    return f(n + 1)\nprint(f(0))",
    "output without end": "while True:\n    print('x' * 1000)",
    "forks": "import os\nwhile True:\n    os.fork()",
    "the names of users": "print(len(open('/etc/passwd').read()))",
    "writing outside": "open('/usr/x', 'w').write('x')\nprint('written')",
    "a link out": "import os\nos.symlink('/etc/passwd', 'x')\nprint(open('x').read())",
    "the environment": "import os\nprint(os.environ['HOME'])",
    "a socket": "import socket\nsocket.create_connection(('1.1.1.1', 53), 1)\nprint('sent')",
    "machine code": "import ctypes\nprint(ctypes.CDLL(None).open(b'/etc/passwd', 0))",
    "a signal to all": "import os\nos.kill(-1, 9)\nprint('sent')",
    "another program": "import subprocess\nprint(subprocess.run(['id']).returncode)",
}


def executors(seconds: float) -> dict[str, Executor]:
    """Those that are installed, each of whose programs may take so many seconds."""
    found: dict[str, Executor] = {"monty": Monty(seconds=seconds)}
    return found | ({"bubblewrap": Bubblewrap(seconds=seconds)} if shutil.which("bwrap") else {})


def side_by_side(executor: Executor, sources: list[str], threads: int) -> tuple[float, list[str]]:
    """Run programs side by side; return the seconds, and what became of each."""
    with ThreadPoolExecutor(threads) as pool:
        run: Callable[[], list[str]] = lambda: list(  # noqa: E731  timed as a whole
            pool.map(lambda source: outcome(executor, source), sources)
        )
        return timed(run)


def outcome(executor: Executor, source: str) -> str:
    """Return what a program printed, or why it failed."""
    try:
        return f"printed {executor.run(source)!r}"
    except ProgramFailed as failure:
        return str(failure).split("\n")[-1][:100]


def main() -> None:
    """Measure each executor."""
    options = parser(__doc__)
    options.add_argument("--programs", type=int, default=400)
    options.add_argument("--loops", type=int, default=4)
    told = options.parse_args()
    threads = os.cpu_count() or 1
    sources = [f"x = {number}\nprint(x * x)" for number in range(told.programs)]
    right = [f"printed '{number**2}'" for number in range(told.programs)]
    lines = ["| executor | a program, ms | endless loops of 1 s, s |", "|---|---|---|"]
    became: dict[str, dict[str, tuple[float, str]]] = {name: {} for name in HOSTILE}
    for name, executor in executors(1.0).items():
        outcome(executor, sources[0])
        seconds, said = side_by_side(executor, sources, threads)
        if said != right:
            raise SystemExit(f"{name}: a program printed what it should not have")
        looped, _ = side_by_side(executor, [LOOP] * told.loops, told.loops)
        each = 1000 * seconds / told.programs
        lines.append(f"| `{name}` | {each:.2f} | {told.loops} in {looped:.1f} |")
        say(lines[-1])
        for what, source in HOSTILE.items():
            took, end = timed(lambda source=source, one=executor: outcome(one, source))  # type: ignore[misc]
            became[what][name] = took, end
            say(f"  {what}: {took:.2f} s, {end}")
    names = list(executors(1.0))
    lines += ["", "| a program that tries | " + " | ".join(f"`{n}`" for n in names) + " |"]
    lines += ["|---|" + "---|" * len(names)]
    for what, by in became.items():
        cells = [f"{by[n][0]:.2f} s: {' '.join(by[n][1].split())}" for n in names]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    page = f"{__doc__}\nSide by side: {threads}.\n\n" + "\n".join(lines) + "\n"
    keep("programs", page, {"machine": machine(), "lines": lines}, told.out)


if __name__ == "__main__":
    main()
