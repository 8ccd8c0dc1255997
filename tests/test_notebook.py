"""The notebook runs from its first cell to its last, and each cell shows something."""

import ast
import json
from pathlib import Path
from typing import Any

import matplotlib
import pytest

from promptlab import Scripted

NOTEBOOK = Path(__file__).parents[1] / "examples" / "experiment.ipynb"


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell, and return the value of its last line, where that is an expression."""
    *body, last = ast.parse(source).body
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return exec(compile(ast.Module([last], []), "cell", "exec"), names)


def test_the_notebook_runs_with_a_scripted_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    matplotlib.use("agg")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"Scripted": Scripted}
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    scripted = (
        each.replace("Embedded()", "Scripted()").replace("limit=60", "limit=6") for each in sources
    )
    shown = [run(source, names) for source in scripted]
    task, prompt, accuracies, table, said, figure, answers = shown
    assert len(task.labels) == 7
    assert "<pre" in prompt._repr_html_()
    assert len(accuracies) == 3
    assert "<table" in table._repr_html_()
    assert (said, "accuracy" in capsys.readouterr().out) == (None, True)
    assert figure.axes
    assert len(answers) == 5


def test_it_holds_no_output_of_a_machine() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code"] == [[]] * 7
