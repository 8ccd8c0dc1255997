"""A run's folder has one owner at a time: a process, for as long as it lives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from promptlab.records.owner import LOCK, own, owner

HOLD = """
import sys, time
from pathlib import Path
from promptlab.records.owner import own
with own(Path(sys.argv[1])):
    print("owns", flush=True)
    sys.stdin.read()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    """Start a process that owns a folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "owns\n"
    return process


def test_who_comes_second_is_told_which_process_owns_the_folder(tmp_path):
    with holding(tmp_path) as first:
        told = rf"being written by process {first.pid} on .*, since \d{{4}}-.*wait=true"
        with pytest.raises(OSError, match=told), own(tmp_path):
            pytest.fail("two own it")
        assert owner(tmp_path).startswith(f"process {first.pid} on ")
        first.communicate()
    assert owner(tmp_path) == ""


def test_who_waits_owns_the_folder_after_the_first(tmp_path):
    with holding(tmp_path) as first:
        second = subprocess.Popen(
            [sys.executable, "-c", HOLD.replace("[1])", "[1]), wait=True"), str(tmp_path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert f"being written by process {first.pid}" in second.stderr.readline()
        first.communicate()
        assert second.communicate()[0] == "owns\n"
    assert second.returncode == 0


def test_a_process_that_was_killed_owns_nothing_any_more(tmp_path):
    with holding(tmp_path) as first:
        os.kill(first.pid, signal.SIGKILL)
    assert (tmp_path / LOCK).read_text("utf-8").startswith("process ")
    assert owner(tmp_path) == ""
    with own(tmp_path):
        assert owner(tmp_path).startswith(f"process {os.getpid()} on ")


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_where_nothing_can_be_written_needs_no_owner(tmp_path):
    tmp_path.chmod(0o555)
    with own(tmp_path):
        assert not (tmp_path / LOCK).exists()
    tmp_path.chmod(0o755)


def test_a_folder_of_nobody_has_no_owner(tmp_path):
    assert owner(tmp_path / "missing") == ""
    assert owner(tmp_path) == ""
