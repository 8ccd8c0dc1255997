"""The wheel: what is installed runs in another folder, with its configuration and data sets."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files in a folder of their own, built from a copy of the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    left_out = shutil.ignore_patterns(".*", "*.egg-info", "build", "outputs", "mlflow.db", "tests")
    shutil.copytree(ROOT, source, ignore=left_out)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(source)], check=True)
    (wheel,) = folder.glob("promptlab-*.whl")
    site = folder / "site"
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "200"}
    command = [sys.executable, "-m", "promptlab", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    code = "import promptlab, promptlab.conf; print(promptlab.__file__, promptlab.conf.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-c", code]
    said = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert said.stdout.count(str(installed)) == 2


def test_help_lists_the_groups(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "--help")
    assert done.returncode == 0, done.stderr
    for group in ("selection", "ordering", "strategy", "model"):
        assert group in done.stdout
    assert "self_consistency" in done.stdout


def test_an_experiment_runs_in_another_folder(installed: Path, tmp_path: Path) -> None:
    overrides = ["experiment=arithmetic", "model=scripted", "selection=bm25", "tracking=none"]
    done = run(installed, tmp_path, *overrides, "hydra.run.dir=here", "dataset.limit=5")
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "here" / "trials.jsonl").read_text().splitlines()) == 5
    assert (tmp_path / "here" / "result.json").exists()


def test_prompts_are_shown_without_a_model(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "show", "experiment=sentiment_zh", "model=scripted")
    assert done.returncode == 0, done.stderr
    assert "类别：" in done.stdout
    assert "scored:" in done.stdout


def test_its_recordings_come_to_what_they_came_to(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "verify", "choices", "chain")
    assert done.returncode == 0, done.stdout
    assert "2 of 2 checks as expected" in done.stdout
