"""The commands of docs/strategies.md run as they are written, and the page names every strategy."""

import re
import shlex
from itertools import islice
from pathlib import Path

import pytest
from laws import options

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

TEXT = (Path(__file__).parents[2] / "docs" / "strategies.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (?:-m )?(.*=.*)$", TEXT, re.MULTILINE)
QUICK = ("model=scripted", "tracking=none", "cache=off", "dataset.limit=1", "selection=first")


@pytest.mark.filterwarnings("ignore:.*has no answers")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*shlex.split(command), *QUICK]
    last = list(islice(variants(rewrite_overrides(words)), 3))[-1]
    monkeypatch.chdir(tmp_path)
    Path("game24").mkdir()
    Path("game24/test.jsonl").write_text('{"question": "4 5 6 10"}\n', "utf-8")
    Path("corpus.jsonl").write_text('{"id": "a", "text": "Laps are counted."}\n', "utf-8")
    if "selection=zero" in last:
        last.remove("selection=first")
    assert build(compose(last))()["metrics"]["failed"] == 0


def test_every_strategy_is_on_the_page() -> None:
    named = set(re.findall(r"^\| `(\w+)`", TEXT, re.MULTILINE))
    assert named == set(options("strategy"))


def test_the_margin_is_as_the_page_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    exec(re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0], {})
    assert capsys.readouterr().out == "0.5\n"
