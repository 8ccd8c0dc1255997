"""What a model wrote is run contained: it ends, it gets nowhere, and the next one works."""

import os
import platform
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor import monty, seccomp
from promptlab.tool.executor.bubblewrap import NOBODY, OPEN, Bubblewrap
from promptlab.tool.executor.executor import OUTPUT
from promptlab.tool.executor.monty import Monty
from promptlab.tool.python import Python
from promptlab.types import RequestFailed

pytest.importorskip("pydantic_monty")
jailed = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
MONTY, JAIL = Monty(seconds=0.3, megabytes=64, depth=200), Bubblewrap(seconds=2.0)
EXECUTORS = [
    pytest.param(MONTY, id="monty"),
    pytest.param(JAIL, id="bubblewrap", marks=jailed),
]
every_executor = pytest.mark.parametrize("executor", EXECUTORS)


@every_executor
@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("print(1 + 1)", "2"),
        ("def solution():\n    return 3 * 2.5", "7.5"),
        ("x = 4\nans = x ** 2", "16"),
        ("print('甲 é')", "甲 é"),
        ("import math\nprint(math.floor(2.7))", "2"),
        ("def solution():\n    return 1\nprint(5)", "5"),
        ("x = 1", ""),
    ],
)
def test_the_result_is_what_is_printed_or_the_solution_or_the_answer(executor, source, result):
    assert executor.run(source) == result


FAILS = {
    "an endless loop": "while True:\n    pass",
    "much memory": "x = [0] * 10**9\nprint(len(x))",
    "a large number": "print(len(str(9**9**8)))",
    "deep recursion": "def f(n):\n    return f(n + 1)\nprint(f(0))",
    "no Python": "this is no program",
    "an error": "print(1 / 0)",
    "a division of the answer": "ans = 1 % 0",
    "an exit": "raise SystemExit(3)",
    "much output": f"print('x' * {OUTPUT + 1})",
    "output without end": "while True:\n    print('x' * 1000)",
    "a password file": "print(len(open('/etc/shadow').read()))",
    "the names of users": "print(len(open('/etc/passwd').read()))",
    "a file of ours": f"print(len(open({__file__!r}).read()))",
    "writing outside": "open('/usr/x', 'w').write('x')\nprint('written')",
    "the network": "import socket\nsocket.create_connection(('1.1.1.1', 53), 1)\nprint('there')",
    "a name on the network": "import socket\nprint(socket.gethostbyname('example.org'))",
}

NO_WAY_OUT = {
    "machine code": "import ctypes\nprint(ctypes.CDLL(None))",
    "the environment": "import os\nprint(os.environ)",
    "a fork": "import os\nprint(os.fork())",
    "a link": "import os\nos.symlink('/etc/passwd', '/tmp/x')\nprint('made')",
    "another program": "import subprocess\nprint(subprocess.run(['id']))",
    "a signal": "import signal\nsignal.raise_signal(9)\nprint('sent')",
}
"""What the jail lets a program do to itself alone, and Monty has no words for."""


@every_executor
@pytest.mark.parametrize("name", FAILS)
def test_what_is_hostile_fails_within_its_limits_and_the_next_one_works(executor, name):
    started = time.monotonic()
    with pytest.raises(RequestFailed, match="the program (failed|wrote more than)"):
        executor.run(FAILS[name])
    assert time.monotonic() - started < 30
    assert executor.run("print(6 * 7)") == "42"


@pytest.mark.parametrize("name", NO_WAY_OUT)
def test_monty_has_no_way_out(name):
    with pytest.raises(ProgramFailed, match="the program failed"):
        MONTY.run(NO_WAY_OUT[name])
    assert MONTY.run("print(6 * 7)") == "42"


@pytest.mark.parametrize("end", ["ans = z", "def solution():\n    return z", "print(z)"])
def test_a_value_that_unfolds_does_so_within_the_limits(end):
    source = f"x = [0] * 1000\ny = [x] * 1000\nz = [y] * 9\n{end}"
    with pytest.raises(ProgramFailed, match="limit|killed|wrote more than"):
        MONTY.run(source)


def test_a_number_of_more_digits_than_are_written_is_a_failure_of_the_program():
    with pytest.raises(ProgramFailed, match="Exceeds the limit"):
        MONTY.run("ans = 7 ** 10 ** 4")


@pytest.mark.parametrize("source", ["[1] * 9", "ans = [1] * 9", "class A: pass\nans = A()"])
def test_nothing_but_a_text_comes_out_of_monty(source, monkeypatch):
    class Session:
        def __enter__(self):
            self.inner = whole.__enter__()
            return self

        def __exit__(self, *error):
            return whole.__exit__(*error)

        def feed_run(self, *given, **options):
            values.append(self.inner.feed_run(*given, **options))
            return values[-1]

    values, whole = [], monty._workers().checkout()
    monkeypatch.setattr(monty, "_pool", lambda: SimpleNamespace(checkout=lambda **_: Session()))
    said = MONTY.run(source)
    assert values == ([None, said] if said else [None])


@every_executor
def test_no_program_reaches_a_process_of_ours(executor):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as ours:
        for pid in (ours.pid, os.getpid()):
            with pytest.raises(ProgramFailed, match="the program failed"):
                executor.run(f"import os\nos.kill({pid}, 9)\nprint('sent')")
        assert ours.poll() is None
        ours.kill()


@jailed
def test_in_the_jail_machine_code_is_jailed_too():
    source = "import ctypes\nprint(ctypes.CDLL(None).open(b'/etc/passwd', 0))"
    assert JAIL.run(source) == "-1"


@every_executor
def test_programs_run_side_by_side_and_none_sees_another(executor):
    def run(number):
        return executor.run(f"x = {number}\nprint(x * x)")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(run, range(24))) == [str(number**2) for number in range(24)]


NOTHING = {
    "the environment": "import os\nprint(sorted(set(os.environ) - {'LC_CTYPE', 'PWD', "
    "'OMP_NUM_THREADS'}))",
    "the first process's environment": "print([*open('/proc/1/environ')])",
    "what is kept open": "import os\nprint(sorted(os.listdir('/proc/self/fd'))[4:])",
    "other processes": "import os\nprint([n for n in os.listdir('/proc') if n.isdigit()][9:])",
    "our folder": "import os\nprint([n for n in os.listdir('/') if n in ('work', 'home', 'root')])",
}


@jailed
@pytest.mark.parametrize("name", NOTHING)
def test_in_the_jail_there_is_nothing_of_ours_to_see(name, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    assert JAIL.run(NOTHING[name]) == "[]"


@jailed
@pytest.mark.parametrize(
    "source",
    [
        "import os\nif not os.fork():\n    os.setsid()\n    while True: pass",
        "import subprocess\nsubprocess.run(['/bin/true'])",
        "import threading\nthreading.Thread(target=print).start()",
    ],
)
def test_a_program_is_one_process_of_one_thread(source):
    with pytest.raises(ProgramFailed, match="temporarily unavailable|can't start new thread"):
        JAIL.run(source)
    assert JAIL.run("print(1)") == "1"


C = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\ndef said(returned):\n"
C += "    print(os.strerror(ctypes.get_errno()) if returned < 0 else 'it went through')\n"


@jailed
@pytest.mark.skipif(not seccomp.program(), reason="the system calls of this machine are unknown")
@pytest.mark.parametrize(
    "call",
    [
        "libc.shmget(0, ctypes.c_size_t(2**30), 0o1600)",
        "libc.memfd_create(b'x', 0)",
        "libc.msgget(0, 0o1600)",
        "libc.ptrace(16, 1, 0, 0)",
        "libc.unshare(0x20000)",
        "libc.mount(b'none', b'/tmp', b'tmpfs', 0, None)",
        *(f"libc.syscall({numbers[0]}, 1)" for numbers in seccomp.REFUSED.values()),
        f"libc.syscall({seccomp.X32 + 39})",
    ],
)
def test_calls_that_reach_beyond_a_program_are_refused(call):
    if "syscall" in call and platform.machine() != "x86_64":
        pytest.skip("these are the numbers of x86-64")
    assert JAIL.run(f"{C}said({call})") == "Operation not permitted"


@jailed
@pytest.mark.parametrize(
    "hold",
    [
        "x = os.pipe(); fcntl.fcntl(x[1], 1031, 2**20); n += 2**20",
        "x = socket.socketpair(); x[0].setblocking(False); n += x[0].send(b'x' * 2**18)",
        "x = open(f'/tmp/{n}', 'wb'); n += x.write(b'x' * 2**20); x.flush()",
    ],
)
def test_all_that_a_program_holds_is_not_much_more_than_its_memory(hold):
    source = (
        "import fcntl, os, socket\nheld, n = [], 0\ntry:\n    while True:\n"
        f"        {hold}; held.append(x)\nexcept OSError: pass\nprint(n)"
    )
    assert 0 < int(JAIL.run(source)) <= OPEN * 2**20


@jailed
def test_no_program_can_say_that_there_was_no_jail():
    source = "import os\nos.ftruncate(1, 0)\nos.write(2, b'bwrap: no')\nos._exit(1)"
    with pytest.raises(ProgramFailed, match="the program failed: bwrap: no"):
        JAIL.run(source)


def test_the_filter_is_known_of_two_machines_and_of_no_other():
    assert len(seccomp.program("x86_64")) == len(seccomp.program("aarch64")) == 8 * 39
    assert seccomp.program("riscv64") == b""


@jailed
def test_a_link_out_of_the_jail_leads_nowhere():
    source = "import os\nos.symlink('/etc/shadow', '/tmp/x')\nprint(open('/tmp/x').read())"
    with pytest.raises(RequestFailed, match="the program failed"):
        JAIL.run(source)


def test_nothing_is_run_where_there_is_no_jail(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RequestFailed, match=r"no program is run without a jail.*executor=monty"):
        Bubblewrap().run("print(1)")


def test_a_program_without_a_result_or_too_long_is_said():
    tool = Python(MONTY)
    with pytest.raises(RequestFailed, match="the program has no result; expected one that prints"):
        tool("x = 1")
    with pytest.raises(RequestFailed, match="more than 50,000 characters"):
        tool("#" * 50_001)
    assert tool("print(3)") == "3"


@pytest.mark.parametrize("made", [Monty, Bubblewrap])
def test_limits_are_more_than_nothing(made):
    for fields in ({"seconds": 0}, {"megabytes": 0}):
        with pytest.raises(ValueError, match="expected more than 0"):
            made(**fields)


def test_where_no_jail_can_be_made_the_program_is_not_to_blame(monkeypatch, tmp_path):
    bwrap = tmp_path / "bwrap"
    bwrap.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    bwrap.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("promptlab.tool.executor.bubblewrap._nobody", dict)
    with pytest.raises(RequestFailed, match="no jail can be made on this machine") as failure:
        Bubblewrap().run("print(1)")
    assert not isinstance(failure.value, ProgramFailed)


@jailed
@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser starts processes of others")
def test_other_processes_of_the_same_user_leave_room_for_a_jail():
    nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    others = [subprocess.Popen(["/bin/sleep", "30"], **nobody) for _ in range(14)]
    try:
        assert JAIL.run("print(2)") == "2"
    finally:
        for other in others:
            other.kill()
            other.wait()


@pytest.mark.parametrize(
    "program",
    [
        "import time\nwhile True:\n    time.sleep(0.1)",
        "import time\ntime.sleep(60)\ntime.sleep(60)",
        "from asyncio import run, sleep\nasync def f():\n    while 1: await sleep(0.1)\nrun(f())",
    ],
)
def test_sleep_is_no_way_around_the_time_limit(program):
    pytest.importorskip("pydantic_monty")
    with pytest.raises(ProgramFailed, match="sleep limit exceeded"):
        MONTY.run(program)


def test_what_a_program_draws_by_chance_is_the_same_again():
    pytest.importorskip("pydantic_monty")
    assert MONTY.run("import random\nprint(random.random())") == MONTY.run(
        "import random\nprint(random.random())"
    )


@jailed
@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import sys\nsys.stderr.write('bwrap: no')\nsys.exit(1)", "bwrap: no"),
        ("for n in range(40):\n    open(f'/tmp/{n}', 'w').write('x' * 1000000)", "No space left"),
        ("open('/dev/shm/x', 'w')", "Read-only"),
        ("open('/x', 'w')", "Read-only"),
    ],
)
def test_a_jail_has_little_room_and_no_program_can_deny_it(program, why):
    with pytest.raises(ProgramFailed, match=why):
        JAIL.run(program)
