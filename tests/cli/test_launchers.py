"""A sweep that several processes run ends as one that was run by this one."""

import re
import subprocess
import sys

import pytest

SWEEP = [
    *("-m", "experiment=question_types", "model=scripted", "tracking=none", "dataset.limit=6"),
    *("selection=zero,random", "k=2,999"),
]


def ended(folder, *arguments):
    """Run the command line in a process of its own; its status, its leaderboard, what failed."""
    command = [sys.executable, "-m", "promptlab", *SWEEP, *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    board = re.findall(r"^│ (\S+) +│ +6 │ +([\d.]+)", done.stdout, re.M)
    return done.returncode, board, [line.strip() for line in done.stderr.splitlines()]


@pytest.fixture(scope="module")
def basic(tmp_path_factory):
    return ended(tmp_path_factory.mktemp("basic"))


def test_what_failed_is_said_and_the_others_are_ranked(basic):
    status, board, said = basic
    assert status == 1
    assert sorted(name for name, _ in board) == ["random,k=2", "zero"]
    assert said[-2] == "promptlab: 1 of 4 variants failed"
    assert said[-1].startswith("random,k=999: k is 999, but the pool holds only")


@pytest.mark.parametrize(
    "launcher",
    [["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"], ["hydra/launcher=submitit_local"]],
    ids=["joblib", "submitit"],
)
def test_another_launcher_ends_in_the_same_leaderboard(basic, tmp_path, launcher):
    assert ended(tmp_path, *launcher) == basic
