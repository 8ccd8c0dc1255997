"""The commands of docs/scoring.md run as they are written, and the page names what there is."""

import json
import re
import shlex
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.strategy.calibration.calibrated import Method
from promptlab.strategy.choose import EXPECTED

TEXT = (Path(__file__).parents[2] / "docs" / "scoring.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (?:-m )?(.*=.*)$", TEXT, re.MULTILINE)
ASKED = {"question": "Warm or cold?", "choices": ["warm", "cold"], "answer": "warm"}
QUICK = ("model=scripted", "tracking=none", "cache=off", "dataset.limit=1")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*shlex.split(command), *QUICK]
    last = list(islice(variants(rewrite_overrides(words)), 5))[-1]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quiz").mkdir()
    for part in ("train", "test"):
        asked = ({**ASKED, "id": f"{part}-{number}"} for number in range(8))
        (tmp_path / "quiz" / f"{part}.jsonl").write_text("\n".join(map(json.dumps, asked)))
    assert build(compose(last))()["metrics"]["failed"] == 0


def test_every_mode_and_method_is_on_the_page() -> None:
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", TEXT))))
    expected = [*EXPECTED["mode"], *EXPECTED["normalise"], *EXPECTED["against"], *get_args(Method)]
    assert set(expected) <= named
