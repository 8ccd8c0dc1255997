"""A sweep leaves a run of its own in MLflow, and is reported by its tag."""

import json
import re
import shutil
import sys
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from own_cache import own_cache

from promptlab.cli.config.folder import sweep_name
from promptlab.cli.main import main
from promptlab.report.compared import compare

SWEEP = ["-m", "experiment=question_types", "model=scripted", "dataset.limit=12", "selection=first"]
FEW, MORE = "ordering=similar_last", "ordering=similar_last,similar_first"


def called(patch, folder, *arguments, uri="sqlite:///mlflow.db"):
    """Run the command line in a folder; returns its status."""
    patch.chdir(folder)
    own_cache(patch, folder / "cache")
    mlflow.set_tracking_uri(None)  # whatever an earlier test has told MLflow itself
    patch.setenv("MLFLOW_TRACKING_URI", uri)
    patch.setattr(sys, "argv", ["promptlab", *arguments])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder in which a small sweep was run, and then a larger one, twice."""
    folder = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        for command in ([*SWEEP, FEW, "k=2,3"], *[[*SWEEP, MORE, "k=2,3"]] * 2):
            assert called(patch, folder, *command) == 0
    return folder


@pytest.fixture
def store(project):
    return MlflowClient(f"sqlite:///{project}/mlflow.db")


SMALL, LARGE = sweep_name([*SWEEP, FEW, "k=2,3"]), sweep_name([*SWEEP, MORE, "k=2,3"])


def own(store, sweep):
    """The runs that a sweep has of its own."""
    experiments = [each.experiment_id for each in store.search_experiments()]
    return list(store.search_runs(experiments, f"tags.sweep = '{sweep}' and tags.kind = 'sweep'"))


def board(store, sweep):
    """The leaderboard of a sweep, as rows."""
    path = store.download_artifacts(own(store, sweep)[0].info.run_id, "leaderboard.json")
    table = json.loads(Path(path).read_text("utf-8"))
    return [dict(zip(table["columns"], row, strict=True)) for row in table["data"]]


def test_a_sweep_has_one_flat_run_of_its_own_however_often_it_is_run(store):
    (run,) = own(store, LARGE)
    assert run.info.status == "FINISHED"
    assert "mlflow.parentRunId" not in run.data.tags
    variants = store.search_runs([run.info.experiment_id], "tags.kind = 'variant'")
    assert len(variants) == 4


def test_a_sweep_that_finds_nothing_to_do_leaves_its_run_as_it_is(store):
    experiments = [each.experiment_id for each in store.search_experiments()]
    binned = store.search_runs(experiments, "", run_view_type=ViewType.DELETED_ONLY)
    assert list(binned) == []


def test_sweeps_are_synced_with_their_variants(project, tmp_path, monkeypatch, capsys):
    uri = f"sqlite:///{tmp_path}/other.db"
    for told in ("4 runs: 4 written, 2 sweeps written", "4 runs: 4 there already"):
        assert called(monkeypatch, project, "sync", "outputs", "--uri", uri) == 0
        assert told in capsys.readouterr().out
    for sweep, count in ((SMALL, 2), (LARGE, 4)):
        (run,) = own(MlflowClient(uri), sweep)
        assert run.data.metrics["variants"] == count


def test_it_holds_the_leaderboard_the_figures_and_the_report(store):
    (run,) = own(store, LARGE)
    files = {each.path for each in store.list_artifacts(run.info.run_id)}
    assert {"leaderboard.json", "report.html", "report.md", "figures"} <= files
    figures = {each.path for each in store.list_artifacts(run.info.run_id, "figures")}
    assert {f"figures/{name}.png" for name in ("forest", "heat_map", "matrix")} <= figures
    assert run.data.metrics["variants"] == 4
    assert run.data.metrics["examples"] == 12
    best = max(row["accuracy"] for row in board(store, LARGE))
    assert run.data.metrics["best_accuracy"] == pytest.approx(best, abs=1e-4)
    assert run.data.params["k"] == "2, 3"


def test_its_description_ranks_the_variants_and_says_what_can_be_told_apart(store):
    (run,) = own(store, LARGE)
    told = run.data.tags["mlflow.note.content"].replace("\\", "")
    assert "has the highest accuracy" in told
    assert "told apart" in told
    assert f"tags.sweep = '{LARGE}'" in told
    assert f"python -m promptlab {' '.join(SWEEP[:2])}" in told
    assert all(row["variant"] in told for row in board(store, LARGE))


def test_it_is_about_the_variants_of_this_very_sweep_those_found_finished_too(store):
    assert {row["variant"] for row in board(store, SMALL)} == {"k=2", "k=3"}
    assert len(board(store, LARGE)) == 4
    folders = {row["folder"] for row in board(store, SMALL)}
    assert folders < {row["folder"] for row in board(store, LARGE)}


def test_a_tag_is_reported_from_the_folders_or_from_the_store(project, store, monkeypatch, capsys):
    assert called(monkeypatch, project, "report", LARGE, "--out", "from_folders") == 0
    shutil.copytree(project / "outputs", project / "kept")
    shutil.rmtree(project / "outputs")
    try:
        assert called(monkeypatch, project, "report", LARGE, "--out", "from_store") == 0
        compared = compare(LARGE)
    finally:
        (project / "kept").rename(project / "outputs")
    assert "4 variants" in Path("from_store/report.md").read_text("utf-8")
    for name in ("report.md", "report.html"):
        assert Path("from_store", name).read_bytes() == Path("from_folders", name).read_bytes()
    assert len(compared.frame()) == 4
    assert capsys.readouterr().err == ""


def test_a_folder_that_holds_another_run_by_now_is_not_taken_for_the_sweeps(project, store):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        row = board(store, SMALL)[0]
        changed = Path(row["folder"]) / "result.json"
        kept = changed.read_bytes()
        result = json.loads(kept) | {"config_hash": "another", "dataset": "another"}
        changed.write_text(json.dumps(result))
        try:
            compared = compare(SMALL, uri=f"sqlite:///{project}/mlflow.db")
        finally:
            changed.write_bytes(kept)
    assert compared.others == ()
    assert len(compared.sweep.variants) == 2


def test_runs_are_reported_by_any_tag_of_theirs(project, monkeypatch, capsys):
    assert called(monkeypatch, project, "report", "kind=variant", "--out", "tagged") == 0
    assert "4 variants" in Path("tagged/report.md").read_text("utf-8")


def test_an_unknown_tag_is_answered_with_the_sweeps_there_are(project, monkeypatch, capsys):
    assert called(monkeypatch, project, "report", LARGE[:-2]) == 1
    said = capsys.readouterr().err
    assert f"did you mean {LARGE}?" in said
    assert said.index(f"newest first: {LARGE}") < said.rindex(SMALL)


def test_without_a_store_an_unknown_folder_is_said_to_be_unknown(tmp_path, monkeypatch, capsys):
    assert called(monkeypatch, tmp_path, "report", "nowhere") == 1
    assert "nowhere: no such folder, and no MLflow store" in capsys.readouterr().err
    assert not (tmp_path / "mlflow.db").exists()


def test_a_store_that_cannot_be_read_is_said_to_be_unreadable(tmp_path, monkeypatch, capsys):
    (tmp_path / "mlflow.db").write_text("This is no database. " * 100)
    assert called(monkeypatch, tmp_path, "report", "nowhere") == 1
    said = capsys.readouterr().err
    assert "nowhere: no such folder, and the MLflow store sqlite:///" in said
    assert "cannot be read" in said


def test_a_store_that_cannot_be_reached_costs_a_warning_never_the_sweep(
    tmp_path, monkeypatch, capsys
):
    command = [*SWEEP, FEW, "k=2,3"]
    with pytest.warns(RuntimeWarning) as warned:
        assert called(monkeypatch, tmp_path, *command, uri="sqlite:////dev/null/no.db") == 0
    assert sum("leaderboard of this sweep" in str(each.message) for each in warned) == 1
    said = capsys.readouterr().out
    assert "has the highest accuracy" in said
    assert re.search(r"promptlab report \S+-\w+\n", said)
    assert len(list(tmp_path.glob("outputs/*/result.json"))) == 2


def test_a_sweep_of_one_has_its_run_and_a_single_run_has_none(tmp_path, monkeypatch):
    single = [*SWEEP[1:], "sweep=mine", "hydra.run.dir=single"]
    assert called(monkeypatch, tmp_path, *single) == 0
    assert called(monkeypatch, tmp_path, *SWEEP) == 0
    store = MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    assert own(store, "mine") == []
    (run,) = own(store, sweep_name(SWEEP))
    assert run.data.metrics["variants"] == 1


def test_the_end_of_a_sweep_says_what_can_be_told_apart(tmp_path, monkeypatch, capsys):
    command = [*SWEEP[:-1], "selection=zero,first,random", "tracking=none"]
    assert called(monkeypatch, tmp_path, *command) == 0
    said = capsys.readouterr().out
    assert "same letter: not told apart" in said
    assert "after Holm" in said
    assert "first" in said.partition("has the highest accuracy")[2]
    assert not (tmp_path / "mlflow.db").exists()


def test_seeds_and_orders_of_nothing_are_shown_once_and_mlflow_is_not_promised(
    tmp_path, monkeypatch, capsys
):
    command = [*SWEEP[:-1], "selection=zero,random", "k=2", "seed=0,1", "tracking=none"]
    command += ["ordering=similar_last,as_selected"]
    assert called(monkeypatch, tmp_path, *command) == 0
    said = capsys.readouterr().out
    board, _, words = said.partition("Leaderboard")[2].partition("└")
    assert len([line for line in board.splitlines() if line.startswith("│")]) == 3
    assert "± seeds" in board
    flat = " ".join(words.split())
    assert "zero: 4 variants asked the same; shown once" in flat
    assert "over 2 seeds: " in flat
    assert "with the first question:" in flat
    assert "promptlab ui" not in said
