"""The solutions that HumanEval and MBPP come with pass their own tests, contained."""

import json
import shutil
from pathlib import Path

import pytest

from promptlab.metric.code.passed import Passed
from promptlab.program import solve
from promptlab.route import Route
from promptlab.tool.executor.bubblewrap import Bubblewrap
from promptlab.tool.executor.monty import Monty
from promptlab.tool.python import Python
from promptlab.types import Answer, Example, Question

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
jailed = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
FIELDS = ("test", "entry_point", "test_setup")


def records(name):
    path = DATA / name / "test.jsonl"
    if not path.exists():
        pytest.skip(f"needs {name} in shared/data")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def failing(rows, executor):
    """Name the records whose own solution does not pass."""
    route = Route({}, {"python": Python(executor)})
    return [row["id"] for row in rows if not solve(scored(row), route)["accuracy"]]


def scored(row):
    kept = {name: row[name] for name in FIELDS if name in row}
    return Passed()(
        Answer(row["answer"]), Example(Question("q", row["question"], metadata=kept), "")
    )


def test_without_a_jail_all_of_humaneval_but_what_imports_a_missing_module():
    pytest.importorskip("pydantic_monty")
    patient = Monty(seconds=20.0)  # one of them takes most of two seconds
    assert failing(records("humaneval"), patient) == ["HumanEval/38", "HumanEval/50"]


def test_without_a_jail_nine_in_ten_of_mbpp():
    pytest.importorskip("pydantic_monty")
    rows = records("mbpp")[::5]
    assert len(failing(rows, Monty(seconds=1.0))) <= len(rows) / 10


@jailed
@pytest.mark.parametrize(("name", "each"), [("humaneval", 16), ("mbpp", 50)])
def test_in_the_jail_all_pass(name, each):
    assert failing(records(name)[::each], Bubblewrap()) == []
