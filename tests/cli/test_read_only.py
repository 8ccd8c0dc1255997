"""What is finished can be shown again from a disk that takes nothing."""

import multiprocessing
import os
import sys
import tempfile
from pathlib import Path

from promptlab.cli.main import main

FORK = multiprocessing.get_context("fork")
COMMAND = ["model=scripted", "cache=off", "tracking=none", "dataset.limit=4", "selection=first"]


def call(words):
    sys.argv = ["promptlab", *words]
    main()


def call_as_nobody(words, out):
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write anywhere
    with Path(out).open("w") as sys.stdout:
        call(words)


def test_a_finished_run_and_a_finished_sweep_are_shown_from_a_read_only_folder(monkeypatch):
    commands = [[*COMMAND, "k=3"], ["-m", *COMMAND, "k=1,2"]]
    monkeypatch.setattr(sys, "argv", [])
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile("w+") as out:
        monkeypatch.chdir(folder)
        Path(out.name).chmod(0o666)
        for command in commands:
            call(command)
        for path in (*Path("outputs").rglob("*"), Path("outputs"), Path(folder)):
            path.chmod(0o555 if path.is_dir() else 0o444)
        for command, names in zip(commands, (["k=3"], ["k=1", "k=2"]), strict=True):
            child = FORK.Process(target=call_as_nobody, args=(command, out.name))
            child.start()
            child.join()
            assert child.exitcode == 0
            assert all(f"{name} " in Path(out.name).read_text() for name in names)
        for path in (Path(folder), Path("outputs"), *Path("outputs").rglob("*")):
            path.chmod(0o755)
        monkeypatch.undo()
