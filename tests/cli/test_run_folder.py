"""A run's folder from the command line: two at once, what is left behind, a disk to read only."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "promptlab", "model=scripted", "dataset.limit=40", "batch=4"]
IGNORED = Path(__file__).parents[2] / ".gitignore"


def start(folder: Path, *more: str) -> subprocess.Popen[str]:
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*COMMAND, *more], cwd=folder, **quiet)


@pytest.mark.parametrize("wait", ["false", "true"])
def test_of_two_runs_at_once_one_runs_and_the_other_waits_or_is_told(tmp_path, wait):
    both = [start(tmp_path, "tracking=none", f"wait={wait}") for _ in range(2)]
    told = [process.communicate()[1] for process in both]
    codes = sorted(process.returncode for process in both)
    (path,) = (tmp_path / "outputs").rglob("trials.jsonl")
    assert len({json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()}) == 40
    assert len(path.read_text("utf-8").splitlines()) == 40
    assert codes == [0, 0] or wait == "false"
    if codes == [0, 1]:
        (said,) = [err for process, err in zip(both, told, strict=True) if process.returncode]
        assert said.startswith(f"promptlab: {path.parent} is being written")
        assert f"by process {next(each.pid for each in both if not each.returncode)} on" in said


def test_a_run_leaves_nothing_in_a_repository_but_what_is_ignored(tmp_path):
    (tmp_path / ".gitignore").write_text(IGNORED.read_text("utf-8"), "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    process = start(tmp_path)
    process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "mlflow.db").exists()
    told = subprocess.run(
        ["git", "status", "--porcelain"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout == "?? .gitignore\n"
