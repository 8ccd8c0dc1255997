"""`promptlab search`: trials are variants of the sweep, kept, resumed and ranked like its own."""

import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from promptlab.analysis.search import ChoiceAxis, RangeAxis
from promptlab.cli.command.search import space_of
from promptlab.cli.config.compose import parse

pytest.importorskip("optuna", reason='optuna is missing: pip install "promptlab[search]"')

FIXED = ["experiment=question_types", "model=scripted", "dataset.limit=4"]
QUIET = [*FIXED, "tracking=none"]
VARIED = ["selection=first,bm25", "k=1,2", "ordering=similar_last,similar_first"]


def results(outputs: Path = Path("outputs")) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in outputs.glob("*/result.json")}


def trials(out: str) -> list[str]:
    """The lines that tell of one trial, without how many there were to be."""
    return [line.partition(": ")[2] for line in out.splitlines() if line.startswith("trial ")]


def test_trials_are_variants_of_the_sweep_where_the_sweep_leaves_them(promptlab) -> None:
    status, out, err = promptlab("search", *QUIET, *VARIED, "--trials", "5")
    assert status == 0, err
    found = results()
    assert len(found) == len(trials(out)) == 5
    assert "Leaderboard" in out
    promptlab("-m", *QUIET, *VARIED)
    swept = results()
    assert len(swept) == 8
    assert found.items() <= swept.items()


def test_a_variant_that_a_sweep_has_finished_is_not_run_again(promptlab) -> None:
    promptlab("-m", *QUIET, *VARIED)
    swept = results()
    _, out, _ = promptlab("search", *QUIET, *VARIED, "--trials", "6")
    assert len(trials(out)) == 6
    assert results() == swept


def test_the_best_is_a_command_that_finds_it_finished(promptlab) -> None:
    _, out, _ = promptlab("search", *QUIET, *VARIED, "--trials", "4")
    command = shlex.split(
        next(line for line in out.splitlines() if " -m promptlab experiment=" in line)
    )
    best = max(json.loads(result)["metrics"]["accuracy"] for result in results().values())
    before = results()
    status, _, _ = promptlab(*command[3:])
    assert status == 0
    assert results() == before
    config = dict(word.split("=") for word in command[3:])
    (chosen,) = [
        json.loads(result)["metrics"]["accuracy"]
        for folder, result in before.items()
        if f"{config['selection']},k={config['k']}" in folder
        and json.loads(result)["config"]["ordering"]["_target_"].split(".")[-2]
        == config["ordering"]
    ]
    assert chosen == best


def test_a_search_that_goes_on_ends_as_one_that_was_not_stopped(promptlab) -> None:
    _, whole, _ = promptlab("search", *QUIET, *VARIED, "--trials", "6", "--outputs", "whole")
    for count in ("2", "6"):
        _, out, _ = promptlab("search", *QUIET, *VARIED, "--trials", count)
    assert trials(out) == trials(whole)
    assert results().keys() == results(Path("whole")).keys()


def test_a_search_that_is_killed_goes_on_and_ends_the_same(promptlab, tmp_path: Path) -> None:
    arguments = ["search", *QUIET, *VARIED, "--trials", "7"]
    command = [sys.executable, "-m", "promptlab", *arguments, "--outputs", str(tmp_path / "killed")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(list((tmp_path / "killed").glob("*/result.json"))) < 3:
        time.sleep(0.02)
    process.kill()
    process.wait()
    kept = results(tmp_path / "killed")
    assert 3 <= len(kept) < 7
    _, resumed, _ = promptlab(*arguments, "--outputs", "killed")
    _, whole, _ = promptlab(*arguments, "--outputs", "whole")
    assert trials(resumed) == trials(whole)
    assert kept.items() <= results(tmp_path / "killed").items()


def test_a_small_space_is_tried_whole(promptlab) -> None:
    _, out, _ = promptlab("search", *QUIET, "selection=first", "k=range(1,4)")
    assert "There are 3 variants; all are tried" in out
    names = {json.loads(result)["name"] for result in results().values()}
    assert names == {"k=1", "k=2", "k=3"}


def test_a_trial_that_fails_is_told_and_the_others_go_on(promptlab) -> None:
    arguments = ("search", *QUIET, "selection=first,random", "k=1,5000")
    status, out, err = promptlab(*arguments)
    assert status == 1
    assert "2 of 4 variants failed" in err
    assert err.count("5000") >= 2
    assert "Traceback" not in err
    assert "Leaderboard" in out
    assert "Best of 2" in out
    assert len(results()) == 2
    again, out, _ = promptlab(*arguments)
    assert again == 1
    assert "Best of 2" in out


def test_every_trial_is_a_run_in_mlflow_with_its_sweep_and_number(promptlab, monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{Path.cwd()}/mlflow.db")
    status, _, err = promptlab("search", *FIXED, *VARIED, "--trials", "2")
    assert status == 0, err
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{Path.cwd()}/mlflow.db")
    experiment = client.get_experiment_by_name("promptlab").experiment_id
    runs = client.search_runs([experiment], "tags.kind = 'variant'")
    assert sorted(run.data.tags["trial"] for run in runs) == ["1", "2"]
    assert len({run.data.tags["sweep"] for run in runs}) == 1
    assert all("accuracy" in run.data.metrics for run in runs)


def test_the_space_is_what_hydra_reads() -> None:
    overrides = [
        *("experiment=question_types", "selection=bm25,knn", "k=range(1,9)", "seed=choice(1,2)"),
        *("a=interval(0,1)", "b=int(interval(1,8))", "c=tag(log,interval(0.01,1))"),
    ]
    assert space_of(parse(overrides)) == [
        ChoiceAxis("selection", ("bm25", "knn")),
        ChoiceAxis("k", tuple(map(str, range(1, 9))), ordered=True),
        ChoiceAxis("seed", ("1", "2")),
        RangeAxis("a", 0.0, 1.0),
        RangeAxis("b", 1, 8),
        RangeAxis("c", 0.01, 1.0, log=True),
    ]
    assert [axis.whole for axis in space_of(parse(overrides)) if isinstance(axis, RangeAxis)] == [
        *(False, True, False)
    ]


def test_a_number_from_an_interval_reaches_its_component(promptlab) -> None:
    status, _, err = promptlab(
        *("search", *QUIET, "selection=first", "strategy=self_consistency", "strategy.samples=2"),
        *("strategy.temperature=interval(0.2,0.9)", "--trials", "2"),
    )
    assert status == 0, err
    used = [json.loads(r)["config"]["strategy"]["temperature"] for r in results().values()]
    assert len(set(used)) == 2
    assert all(0.2 <= temperature <= 0.9 for temperature in used)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["selection=knn"], "nothing is varied; give some key several values"),
        (["k=1,2", "--trials", "0"], "--trials 0: expected at least 1"),
        (["k=1,2", "--metric", "acuracy"], "--metric acuracy: not measured; did you mean accuracy"),
        (["strategy=coot", "k=1,2"], "strategy=coot: no such strategy; did you mean cot"),
        (["k=1,2", "selection=interval(2,1)"], "expected a smaller number and then a larger one"),
    ],
)
def test_what_cannot_be_searched_is_said_in_one_message(promptlab, arguments, said) -> None:
    status, _, err = promptlab("search", *QUIET, "selection=first", *arguments)
    assert status == 1
    assert said in err
    assert "Traceback" not in err


def test_without_optuna_it_says_what_to_install(promptlab, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    status, _, err = promptlab("search", *QUIET, *VARIED)
    assert status == 1
    assert 'search needs the package optuna: pip install "promptlab[search]"' in err
