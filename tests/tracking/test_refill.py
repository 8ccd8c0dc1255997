"""A store is filled from the records, once; a killed run is shown once, whole."""

import json
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import forty_sums
import pytest
from mlflow import MlflowClient

from promptlab.cli.command.sync import sync
from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.traces import store as trace_store
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.tracking.pending import PENDING, is_pending
from promptlab.tracking.process import this_process

prepare()


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(trace_store, "CHUNK", 10)


@pytest.fixture
def uri(tmp_path):
    return f"sqlite:///{tmp_path}/mlflow.db"


def run(uri: str, folder: Path, stop: str = "") -> None:
    """Run to the end, or in a process of its own to where it is killed."""
    if not stop:
        forty_sums.experiment(uri, folder)()
        return
    command = [sys.executable, "-W", "error::RuntimeWarning", forty_sums.__file__]
    with subprocess.Popen(
        [*command, stop, uri, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "stopped\n"
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


def shown(uri: str) -> list[tuple[str, int, int]]:
    """List the runs that there are: status, rows of the table, traces."""
    client = MlflowClient(uri, uri)
    found = []
    for each in client.search_runs(["1"]):
        path = client.download_artifacts(each.info.run_id, "trials.json")
        rows = len(json.loads(Path(path).read_text("utf-8"))["data"])
        found.append((each.info.status, rows, len(traces(client, each.info.run_id))))
    return found


def traces(client: MlflowClient, run_id: str | None = None) -> list:
    return client.search_traces(
        locations=["1"], run_id=run_id, include_spans=False, max_results=500
    )


@pytest.mark.parametrize("stop", ["asking", "tracing", "closing"])
def test_a_run_that_was_killed_and_goes_on_is_shown_once_and_whole(uri, tmp_path, stop):
    run(uri, tmp_path / "run", stop)
    assert is_pending(tmp_path / "run")
    run(uri, tmp_path / "run")
    assert shown(uri) == [("FINISHED", 40, 40)]
    assert len(traces(MlflowClient(uri, uri))) == 40
    assert not is_pending(tmp_path / "run")


@pytest.mark.parametrize("stop", ["asking", "tracing"])
def test_a_run_that_was_killed_is_synced_as_what_it_is(uri, tmp_path, stop, capsys):
    run(uri, tmp_path / "run", stop)
    sync([str(tmp_path / "run"), "--uri", uri])
    rows, status = 40, "KILLED" if stop == "asking" else "FINISHED"
    assert shown(uri) == [(status, rows, rows)]
    sync([str(tmp_path / "run"), "--uri", uri])
    assert shown(uri) == [(status, rows, rows)]
    assert "1 runs: 1 there already" in capsys.readouterr().out


def test_a_run_s_own_store_has_it_already_and_another_gets_the_same(uri, tmp_path, capsys):
    run(uri, tmp_path / "run")
    other = f"sqlite:///{tmp_path}/other/mlflow.db"
    for store in (uri, other, other):
        sync([str(tmp_path), "--uri", store])
    told = capsys.readouterr().out
    assert told.count("1 there already") == 2
    assert told.count("1 written") == 1
    assert shown(uri) == shown(other) == [("FINISHED", 40, 40)]
    live, refilled = (MlflowClient(each, each).search_runs(["1"])[0] for each in (uri, other))
    times = {"host", "pid", "process", "mlflow.user"}
    assert tags(live, times) == tags(refilled, times)
    assert live.data.params == refilled.data.params
    assert live.data.metrics == refilled.data.metrics
    assert refilled.info.end_time <= live.info.end_time


def tags(found, but: set[str]) -> dict[str, str]:
    return {key: value for key, value in found.data.tags.items() if key not in but}


def test_a_run_of_the_time_before_runs_said_what_is_in_them_is_not_written_again(
    uri, tmp_path, capsys
):
    run(uri, tmp_path / "run")
    client = MlflowClient(uri, uri)
    client.delete_tag(client.search_runs(["1"])[0].info.run_id, "records")
    sync([str(tmp_path), "--uri", uri])
    assert "1 there already" in capsys.readouterr().out


def test_another_number_of_traces_replaces_those_that_there_are(uri, tmp_path, capsys):
    run(uri, tmp_path / "run")
    sync([str(tmp_path), "--uri", uri, "--traces", "7"])
    assert "1 traces written" in capsys.readouterr().out
    assert shown(uri) == [("FINISHED", 40, 7)]
    assert len(traces(MlflowClient(uri, uri))) == 7


def test_a_broken_line_is_told_with_its_file_and_number_and_the_rest_is_synced(
    uri, tmp_path, capsys
):
    run(uri, tmp_path / "run")
    path = tmp_path / "run" / "trials.jsonl"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[3], lines[5] = "{broken\n", '{"id": "q5"}\n'
    path.write_text("".join([*lines, '{"id": "half']), "utf-8")
    other = f"sqlite:///{tmp_path}/other.db"
    for _ in range(2):
        sync([str(tmp_path / "run"), "--uri", other])
    told = " ".join(capsys.readouterr().out.split())
    assert f"{path}, line 4: broken" in told
    assert f"{path}, line 6: broken (trial q5: KeyError 'question'" in told
    assert f"{path}, line 41: half-written, left out" in told
    assert "1 there already" in told
    assert shown(other) == [("FINISHED", 38, 38)]


def test_the_figures_of_a_result_that_is_not_of_these_trials_are_left_out(uri, tmp_path, capsys):
    run(uri, tmp_path / "run")
    path = tmp_path / "run" / "trials.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:25]))
    other = f"sqlite:///{tmp_path}/other.db"
    sync([str(tmp_path / "run"), "--uri", other])
    told = " ".join(capsys.readouterr().out.split())
    assert "of 40 trials, and trials.jsonl has 25 trials; its figures are left out" in told
    (found,) = MlflowClient(other, other).search_runs(["1"])
    assert "n" not in found.data.metrics


def test_a_run_that_is_being_recorded_is_left_alone(uri, tmp_path, capsys):
    run(uri, tmp_path / "run", "asking")
    living = this_process() | {"pid": str(os.getppid()), "process": parent()}
    (tmp_path / "run" / PENDING).write_text(json.dumps(living))
    sync([str(tmp_path / "run"), "--uri", uri])
    assert "1 being recorded" in capsys.readouterr().out
    (found,) = MlflowClient(uri, uri).search_runs(["1"])
    assert found.info.status == "RUNNING"


def parent() -> str:
    """Describe the parent process, which lives, as it would itself."""
    *marks, _ = this_process()["process"].split(" ")
    stat = Path(f"/proc/{os.getppid()}/stat").read_text("utf-8")
    return " ".join([*marks, stat.rpartition(")")[2].split()[19]])


def test_a_run_without_a_config_on_disk_is_synced_with_a_word_about_it(uri, tmp_path, capsys):
    run(uri, tmp_path / "run", "asking")
    (tmp_path / "run" / "run.json").unlink()
    sync([str(tmp_path / "run"), "--uri", uri, "--experiment", "promptlab", "--traces", "3"])
    assert "its config is not on disk" in " ".join(capsys.readouterr().out.split())
    statuses = [(status, count) for status, _, count in finished(uri)]
    assert ("KILLED", 3) in statuses


def finished(uri: str) -> list[tuple[str, int, int]]:
    client = MlflowClient(uri, uri)
    runs = [each for each in client.search_runs(["1"]) if each.info.status != "RUNNING"]
    return [(each.info.status, 0, len(traces(client, each.info.run_id))) for each in runs]


def test_a_folder_without_runs_and_a_number_that_is_none_are_refused(tmp_path, uri):
    with pytest.raises(FileNotFoundError, match=r"no trials\.jsonl in it or below"):
        sync([str(tmp_path), "--uri", uri])
    run(uri, tmp_path / "run")
    with pytest.raises(ValueError, match="traces is 'many'; expected how many"):
        sync([str(tmp_path), "--uri", uri, "--traces", "many"])


def test_a_store_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "trials.jsonl").touch()
    (tmp_path / "mlflow.db").write_text("this is no database")
    with pytest.raises(OSError, match=r"the store sqlite:.*mlflow\.db cannot be opened .*--uri"):
        sync([str(tmp_path), "--uri", f"sqlite:///{tmp_path}/mlflow.db"])


def test_runs_whose_process_is_gone_are_ended_and_no_others(uri, tmp_path):
    run(uri, tmp_path / "killed", "asking")
    client = MlflowClient(uri, uri)
    elsewhere = this_process() | {"host": "elsewhere", "pid": "1"}
    for name, told in (("old", {}), ("living", this_process()), ("elsewhere", elsewhere)):
        client.create_run("1", tags=told, run_name=name)
    quiet = warnings.catch_warnings(action="error")
    with quiet, MLflow(uri).start("next", {}, tmp_path / "next"):
        pass
    statuses = {each.info.run_name: each.info.status for each in client.search_runs(["1"])}
    assert statuses == {
        "direct": "KILLED",
        "old": "RUNNING",
        "living": "RUNNING",
        "elsewhere": "RUNNING",
        "next": "FINISHED",
    }
    killed = next(each for each in client.search_runs(["1"]) if each.info.run_name == "direct")
    points = client.get_metric_history(killed.info.run_id, "running_accuracy")
    assert killed.info.end_time == max([killed.info.start_time, *(p.timestamp for p in points)])


def test_another_machine_s_folder_of_the_same_name_keeps_its_run(uri, tmp_path):
    run(uri, tmp_path / "run", "asking")
    client = MlflowClient(uri, uri)
    (found,) = client.search_runs(["1"])
    client.set_tag(found.info.run_id, "host", "elsewhere")
    (tmp_path / "run" / PENDING).unlink()
    run(uri, tmp_path / "run")
    assert sorted(each.info.status for each in client.search_runs(["1"])) == ["FINISHED", "RUNNING"]
