"""The commands of docs/tables.md are understood as they stand."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.cli.main import main
from promptlab.records.files import Records
from promptlab.types import Answer, Example, Question, Trial

PAGE = (Path(__file__).parents[2] / "docs" / "tables.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (.*)$", PAGE, re.MULTILINE)

SWEEPS = [command for command in COMMANDS if command.startswith("-m ")]


def swept(command: str) -> list[list[str]]:
    """Return the overrides of each variant of a sweep."""
    words = [*shlex.split(command)[1:], "model=scripted", "tracking=none"]
    return list(variants(rewrite_overrides(words)))


@pytest.fixture
def outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs as the page's sweep leaves them, of one question."""
    monkeypatch.chdir(tmp_path)
    for number, variant in enumerate(swept(SWEEPS[0])):
        told = dict(word.split("=", 1) for word in variant)
        records = Records(Path("outputs", str(number)))
        scores = {"accuracy": 1.0, "exact_match": 0.5}
        records.append([Trial(Example(Question("a", "a"), "b"), (), (), Answer("b"), scores)])
        config = {"k": told["k"], "seed": told["seed"], "selection": told["selection"]}
        records.write_result({"name": str(number), "dataset": "toy", "config": config})


@pytest.mark.parametrize("sweep", SWEEPS)
def test_a_sweep_of_the_page_is_understood(sweep: str) -> None:
    last = swept(sweep)[-1]
    told = dict(word.split("=", 1) for word in last)
    assert str(build(compose(last)).selection.k) == told["k"]


def test_every_command_of_the_page_writes_a_table(outputs, monkeypatch, capsys) -> None:
    tables = [command for command in COMMANDS if command.startswith("table ")]
    said = []
    for command in tables:
        monkeypatch.setattr(sys, "argv", ["promptlab", *shlex.split(command)])
        main()
        said.append(capsys.readouterr().out)
    whole, by_k, turned, over_k, as_csv, written = said
    assert "| bm25 | 4 | **100.0 ± 0.0** |" in whole
    assert "| bm25 | **100.0 ± 0.0** | **100.0 ± 0.0** |" in by_k
    assert "| dataset | random, 1 | random, 4 | bm25, 1 | bm25, 4 |" in turned
    assert "| bm25 | **50.0 ± 0.0** |" in over_k
    assert "over 6 runs" in over_k
    assert as_csv.startswith("selection,k,dataset,metric,mean,sd,")
    assert written == "paper/results.tex\n"
