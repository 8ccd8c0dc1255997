"""`promptlab race` finds a winner from the command line, and says what it cannot race."""

import json
from functools import partial
from pathlib import Path

import pytest

from promptlab.analysis.racing.record import Rules
from promptlab.cli.command.race import folder_of

SWEEP = (
    *("experiment=question_types", "model=scripted", "tracking=none", "encoder=minilm"),
    *("selection=zero,first", "k=1,2", "dataset.limit=30"),
)


@pytest.fixture
def race(promptlab):
    """Run the command in a folder of its own; returns its status and what it wrote."""
    return partial(promptlab, "race")


def test_a_race_tells_its_end_in_a_table_and_a_sentence(race):
    status, out, _ = race("--block", "10", *SWEEP)
    assert status == 0
    (written,) = Path("outputs").glob("race-question_types-*/race.json")
    told = json.loads(written.read_text("utf-8"))
    assert told["verdict"] in out
    assert "dropped" in out
    assert str(written) in out
    assert [each["name"] for each in told["variants"]] == [
        *("zero,k=1", "zero,k=2", "first,k=1", "first,k=2"),
    ]


def test_each_variant_has_a_folder_in_the_race_and_the_race_for_a_sweep(race):
    race(*SWEEP, "--block", "10")
    folders = list(Path("outputs").glob("race-*/*/result.json"))
    assert len(folders) == 4
    for path in folders:
        result = json.loads(path.read_text("utf-8"))
        assert result["tags"]["race"] == path.parent.parent.name
        assert result["config"]["batch"] == 10


def test_the_same_command_finds_the_race_finished(race):
    _, first, _ = race(*SWEEP)
    before = {path: path.read_bytes() for path in Path("outputs").rglob("result.json")}
    _, again, _ = race(*SWEEP)
    assert first == again
    assert before == {path: path.read_bytes() for path in Path("outputs").rglob("result.json")}


def test_another_budget_is_the_same_race_and_another_order_is_not():
    outputs = Path("outputs")
    folder = folder_of(SWEEP, Rules(), outputs)
    assert folder == folder_of(SWEEP, Rules(tokens=9), outputs)
    assert folder != folder_of(SWEEP, Rules(seed=1), outputs)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--alpha", "2"], "alpha is 2.0; expected more than 0 and less than 1"),
        (["--metric", "f2"], "zero,k=1 has no metric 'f2'; expected one of: accuracy"),
        (["--tokens", "0"], "tokens is 0; expected a budget"),
        (["strategy=coot"], "strategy=coot: no such strategy"),
    ],
)
def test_bad_input_gets_one_message(race, arguments, said):
    status, _, err = race(*SWEEP, *arguments)
    assert status == 1
    assert said in err
    assert "Traceback" not in err
    assert not Path("outputs").exists()


def test_one_variant_is_no_race(race):
    status, _, err = race("model=scripted", "tracking=none", "dataset.limit=4")
    assert status == 1
    assert "1 variant to race; expected at least two: selection=random,knn, say" in err
