"""The scripts that run an experiment anew in an hour ask for what there is; nothing is run here."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from promptlab.cli.config.compose import compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

ROOT = Path(__file__).parents[2]
SHELL = shutil.which("sh")
RECORDER = """#!{python}
import json, os, sys
with open({said!r}, "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
"""

pytestmark = pytest.mark.skipif(SHELL is None, reason="there is no shell")


def commands(name: str, tmp_path: Path, models: str) -> list[list[str]]:
    """What the script of an experiment says to the interpreter, which is one that takes notes."""
    said, recorder = tmp_path / "said.jsonl", tmp_path / "recorder"
    recorder.write_text(RECORDER.format(python=sys.executable, said=str(said)))
    recorder.chmod(0o755)
    for data in ("sst2", "subj", "emotion"):
        folder = tmp_path / "data" / data
        folder.mkdir(parents=True)
        for part in ("train", "test"):
            rows = [json.dumps({"text": f"{part} {n}", "label": "ab"[n % 2]}) for n in range(9)]
            (folder / f"{part}.jsonl").write_text("\n".join(rows) + "\n")
    asked = [str(SHELL), str(ROOT / "experiments" / name / "hour.sh"), "data", "out"]
    told = {"PYTHON": str(recorder), "MODELS": models, "PATH": "/usr/bin:/bin"}
    subprocess.run(asked, check=True, cwd=tmp_path, env=told)
    return [json.loads(line) for line in said.read_text("utf-8").splitlines()]


def swept(words: Sequence[str]) -> list[list[str]]:
    """The variants of a command, which ends in overrides."""
    return list(variants(rewrite_overrides([word for word in words if "=" in word])))


@pytest.mark.parametrize("name", ["selection", "ordering"])
def test_every_way_there_is_is_asked_by_words_that_are_understood(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [words for words in commands(name, tmp_path, "smollm2") if f"experiment={name}" in words]
    monkeypatch.chdir(tmp_path)
    asked = [swept(words) for words in said if _about(words, "sst2")]
    assert all(compose(sweep[-1]).dataset.path for sweep in asked)
    words = [word for sweep in asked for variant in sweep for word in variant]
    ways = {word.partition("=")[2] for word in words if word.startswith(f"{name}=")}
    assert ways >= {path.stem for path in (ROOT / "conf" / name).glob("*.yaml")} - {"as_selected"}


@pytest.mark.parametrize("name", ["selection", "ordering"])
def test_both_models_are_asked_about_every_data_set(name: str, tmp_path: Path) -> None:
    said = commands(name, tmp_path, "smollm2 gemma3")
    for data in ("sst2", "subj", "emotion"):
        about = [words for words in said if _about(words, data) and f"experiment={name}" in words]
        models = [word for words in about for word in words if word.startswith("model=")]
        assert models.count("model=smollm2") == models.count("model=gemma3") > 4


def _about(words: Sequence[str], data: str) -> bool:
    return any(word.startswith("dataset.path=") and data in word.split("/") for word in words)
