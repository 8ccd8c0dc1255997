"""The examples of docs/structured_answers.md run as they are written, with a scripted model."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides

TEXT = (Path(__file__).parents[1] / "docs" / "structured_answers.md").read_text("utf-8")
FILES = ("people/train.jsonl", "people/test.jsonl", "schema.json", "reasoned.json")
COMMANDS = re.findall(r"^    python -m promptlab (.*)$", TEXT, re.MULTILINE)
REPLIES = {
    "output=json output.schema=schema.json": '{"age": 40.0, "name": "Bo"}',
    "output=json output.schema=reasoned.json": '{"reasoning": "", "answer": 2}',
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the files that the page shows, in their order."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "people").mkdir()
    blocks = re.findall(r"```jsonl?\n(.*?)```", TEXT, re.DOTALL)
    for name, content in zip(FILES, blocks, strict=True):
        (tmp_path / name).write_text(content, "utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str) -> None:
    words = shlex.split(command)
    reply = REPLIES.get(" ".join(words[:2]), "1")
    told = ["model=scripted", f"model.reply='{reply}'", "tracking=none", "dataset.limit=1"]
    shown = [] if any(word.startswith("k=") for word in words) else ["k=1"]
    experiment = build(compose([*rewrite_overrides([*shown, *words]), *told]))
    result = experiment()
    assert result["metrics"]["failed"] == 0
    assert result["metrics"]["parsed"] == (reply != "1" or "=arithmetic" in command)
    if "schema.json" in command:
        assert result["metrics"]["accuracy"] == 1


def test_the_snippet_runs() -> None:
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0], names)
    assert names["reply"].text == " yes"
