"""What a run leaves in a real MLflow store, read back through MLflow's own client."""

import json
import multiprocessing
import os
import warnings
from pathlib import Path

import pytest

from promptlab.records.files import Records
from promptlab.records.provenance import config_hash
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Trial,
)

TEMPLATE = {
    "_target_": "promptlab.template.Template",
    "name": "qa_v1",
    "question": "Q: {question}\n",
    "cue": "A:",
}
CONFIG = {
    "template": TEMPLATE,
    "strategy": {
        "_target_": "promptlab.strategy.voting.self_consistency.SelfConsistency",
        "inner": {
            "_target_": "promptlab.strategy.thought.cot.ChainOfThought",
            "template": TEMPLATE,
        },
        "samples": 5,
    },
    "dataset": {"name": "算术", "task": {"labels": ["正面", "负面"], "instruction": "长" * 7000}},
    "model": {"_target_": "promptlab.model.smollm2.SmolLM2", "name": "SmolLM2"},
    "seed": 0,
}


def trial(number: int, right: bool = True) -> Trial:
    question = Question(f"q{number}", f"{number} + 1 = ？")
    prompt = Prompt((Message("text", f"Q: {question.text}\nA:"),))
    told = Exchange(Generate(prompt), Completion(f" 等于 {number + 1}", "stop", 7, 3))
    answer = Answer(str(number + 1) if right else "0")
    example = Example(question, str(number + 1))
    return Trial(example, (example,), (told,), answer, {"exact": 1.0, "accuracy": float(right)})


def result(accuracy: float) -> dict:
    interval = {"accuracy": accuracy, "accuracy_low": accuracy - 0.1, "accuracy_high": 1.0}
    return {
        "dataset": "算术",
        "metrics": interval | {"unparsed_rate": 0.0, "perplexity": float("nan"), "note": "text"},
        "timings": {"seconds": 1.5},
        "recall": {"selection": 0.808},
        "costs": {
            "strategy": {"model": {"completion_tokens": 80}},
            "metric": {"judge": {"cost": 0.25}},
        },
    }


def perform(tracking: MLflow, folder: Path, trials: int = 20, batch: int = 4) -> str:
    records = Records(folder)
    with tracking.start("cot", CONFIG, folder) as run:
        for start in range(0, trials, batch):
            asked = [trial(number, number % 4 > 0) for number in range(start, start + batch)]
            records.append(asked)
            run.log_trials(asked)
        records.write_result(result(0.75))
        run.log_result(result(0.75))
    return run.id


@pytest.fixture(autouse=True)
def nothing_is_lost():
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("project 项目")


@pytest.fixture(scope="module")
def tracking(home):
    return MLflow(f"sqlite:///{home}/mlflow.db", sweep="first", tags={"team": "a"})


@pytest.fixture(scope="module")
def client(tracking):
    from mlflow import MlflowClient

    return MlflowClient(tracking.uri, tracking.uri)


@pytest.fixture(scope="module")
def run(home, tracking, client):
    return client.get_run(perform(tracking, home / "cot"))


def test_a_run_is_finished_and_flat(run):
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "cot"
    assert "mlflow.parentRunId" not in run.data.tags


def test_tags_find_a_sweep_and_tell_variants_apart(run, client, home):
    tags = run.data.tags
    assert tags["sweep"] == "first"
    assert tags["variant"] == "cot"
    assert tags["kind"] == "variant"
    assert tags["model"] == "SmolLM2"
    assert tags["config_hash"] == config_hash(CONFIG)
    assert tags["folder"] == str(home / "cot")
    assert tags["team"] == "a"
    found = client.search_runs([run.info.experiment_id], "tags.sweep = 'first'")
    assert run.info.run_id in [each.info.run_id for each in found]


def test_params_say_what_the_command_line_does_and_never_a_template(run):
    params = run.data.params
    assert params["strategy"] == "self_consistency"
    assert params["strategy.samples"] == "5"
    assert params["strategy.inner"] == "cot"
    assert params["strategy.inner.template"] == params["template"] == "qa_v1"
    assert params["dataset.task.labels"] == "正面, 负面"
    assert "Q: {question}" not in "".join(params.values())


def test_a_long_param_says_that_it_was_cut(run):
    assert run.data.params["dataset.task.instruction"].endswith(
        "… (7000 characters; all of them in config.yaml)"
    )


def test_metrics_hold_every_finite_number_with_its_interval(run):
    metrics = run.data.metrics
    assert metrics["accuracy"] == 0.75
    assert metrics["accuracy_low"] == pytest.approx(0.65)
    assert metrics["accuracy_high"] == 1.0
    assert metrics["seconds"] == 1.5
    assert not {"perplexity", "note"} & set(metrics)


def test_what_an_approximate_index_finds_is_a_metric_by_stage(run):
    assert run.data.metrics["index_recall_selection"] == 0.808


def test_costs_are_metrics_by_stage_and_role(run):
    metrics = run.data.metrics
    assert metrics["costs_strategy_model_completion_tokens"] == 80
    assert metrics["costs_metric_judge_cost"] == 0.25


def test_the_running_accuracy_ends_at_the_accuracy(run, client):
    points = client.get_metric_history(run.info.run_id, "running_accuracy")
    assert [point.step for point in points] == [4, 8, 12, 16, 20]
    assert points[-1].value == 0.75


def test_the_table_has_a_row_for_each_trial_id_first_and_completion_second(run, client):
    path = client.download_artifacts(run.info.run_id, "trials.json")
    table = json.loads(Path(path).read_text("utf-8"))
    assert table["columns"] == [
        *("id", "completion", "prompt", "question", "target", "prediction", "outcome"),
        *("accuracy", "exact", "demos", "prompt_tokens", "completion_tokens"),
    ]
    assert len(table["data"]) == 20
    assert table["data"][1][:6] == ["q1", " 等于 2", "Q: 1 + 1 = ？\nA:", "1 + 1 = ？", "2", "2"]


def test_records_and_config_are_artifacts(run, client, home):
    names = {artifact.path for artifact in client.list_artifacts(run.info.run_id)}
    assert names == {"config.yaml", "result.json", "trials.json", "trials.jsonl"}
    logged = Path(client.download_artifacts(run.info.run_id, "trials.jsonl"))
    assert logged.read_bytes() == (home / "cot" / "trials.jsonl").read_bytes()
    config = Path(client.download_artifacts(run.info.run_id, "config.yaml")).read_text("utf-8")
    assert "name: 算术" in config
    assert (home / "mlartifacts" / run.info.run_id).is_dir()


def test_the_data_set_is_an_input(run):
    (told,) = run.inputs.dataset_inputs
    assert told.dataset.name == "算术"
    assert len(told.dataset.digest) == 16
    assert [(tag.key, tag.value) for tag in told.tags] == [("mlflow.data.context", "test")]


def test_the_description_shows_the_score_and_the_first_prompt(run):
    note = run.data.tags["mlflow.note.content"]
    assert note.startswith("**cot**: accuracy **0.750** (0.650 to 1.000)")
    assert "```text\nQ: 0 + 1 = ？\nA:\n```" in note


def test_a_template_is_registered_once_and_linked_to_every_run(run, client, home, tracking):
    again = client.get_run(perform(tracking, home / "again"))
    (version,) = client.search_prompt_versions("promptlab-qa_v1")
    assert 'question: "Q: {question}\\n"' in version.template
    for each in (run, again):
        linked = json.loads(each.data.tags["mlflow.linkedPrompts"])
        assert linked == [{"name": "promptlab-qa_v1", "version": "1"}]
    listed = client.get_prompt("promptlab-qa_v1").tags["_mlflow_experiment_ids"]
    assert listed == f",{run.info.experiment_id},"


def test_another_text_under_the_same_name_is_another_version(client, home, tracking):
    changed = CONFIG | {"template": TEMPLATE | {"name": "qa_v9"}}
    for cue in ("A:", "Answer:", "A:"):
        template = changed["template"] | {"cue": cue}
        with tracking.start("cot", changed | {"template": template}, home / cue[:-1]):
            pass
    versions = client.search_prompt_versions("promptlab-qa_v9")
    assert sorted(int(version.version) for version in versions) == [1, 2]


def test_mlflow_itself_is_left_where_it_was(run):
    import mlflow

    assert not mlflow.is_tracking_uri_set()
    assert "MLFLOW_EXPERIMENT_ID" not in os.environ


@pytest.mark.parametrize(
    ("error", "status"), [(ValueError, "FAILED"), (KeyboardInterrupt, "KILLED")]
)
def test_a_run_that_breaks_off_says_so_and_keeps_what_it_had(client, home, tracking, error, status):
    folder = home / status
    ids = []

    def perform_half():
        with tracking.start("broken", CONFIG, folder) as run:
            ids.append(run.id)
            Records(folder).append([trial(1)])
            run.log_trials([trial(1)])
            raise error

    with pytest.raises(error):
        perform_half()
    (broken,) = ids
    found = client.get_run(broken)
    assert found.info.status == status
    assert found.data.metrics == {"running_accuracy": 1.0}
    names = {artifact.path for artifact in client.list_artifacts(broken)}
    assert names == {"config.yaml", "trials.json", "trials.jsonl"}


def test_a_run_that_is_done_again_replaces_the_one_that_broke_off(client, home, tracking):
    folder = home / "resumed"
    with pytest.raises(ValueError, match="stop"), tracking.start("cot", CONFIG, folder) as broken:
        raise ValueError("stop")
    finished = perform(tracking, folder)
    assert client.get_run(broken.id).info.lifecycle_stage == "deleted"
    perform(tracking, folder)
    assert client.get_run(finished).info.lifecycle_stage == "active"


def test_a_hundred_and_fifty_params_are_all_there(client, home, tracking):
    config = {"knobs": {f"knob {number}（旋钮）": number for number in range(150)}}
    with tracking.start("knobs", config, home / "knobs") as run:
        pass
    params = client.get_run(run.id).data.params
    assert len(params) == 150
    assert params["knobs.knob 149_旋钮_"] == "149"


def test_a_store_that_breaks_costs_one_warning_and_not_the_run(home, tmp_path):
    (tmp_path / "mlflow.db").write_text("this is no database")
    tracking = MLflow(f"sqlite:///{tmp_path}/mlflow.db")
    with pytest.warns(RuntimeWarning, match="Nothing is lost") as told:
        assert perform(tracking, tmp_path / "run") == ""
    assert len(told) == 1
    assert (tmp_path / "run" / "trials.jsonl").exists()


def test_a_store_that_breaks_on_the_way_costs_one_warning(home, tracking, tmp_path, client):
    with tracking.start("cot", CONFIG, tmp_path) as run:
        run.log_trials([trial(1)])
        client.delete_run(run.id)
        with pytest.warns(RuntimeWarning, match="Nothing is lost"):
            run.log_result(result(1.0))


def first_run(uri: str, folder: str) -> None:
    warnings.simplefilter("error", RuntimeWarning)
    perform(MLflow(uri), Path(folder))


def test_two_processes_may_be_the_first_at_once(tmp_path):
    uri = f"sqlite:///{tmp_path}/new/mlflow.db"
    spawn = multiprocessing.get_context("spawn")
    both = [
        spawn.Process(target=first_run, args=(uri, str(tmp_path / name))) for name in ("a", "b")
    ]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    from mlflow import MlflowClient

    client = MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name("promptlab").experiment_id
    assert [run.info.status for run in client.search_runs([experiment])] == ["FINISHED"] * 2
    assert len(client.search_prompt_versions("promptlab-qa_v1")) == 1


def test_confidence_is_a_line_and_slices_are_bars_and_a_table(tracking, client, tmp_path):
    told = result(0.75)
    bins = [{"n": 3, "confidence": 0.5, "accuracy": 0.25}, {"n": 1, "confidence": 1, "accuracy": 1}]
    told["reliability"] = {"share": {"bins": bins, "coverage": [1.0, 0.5]}}
    part = {"n": 2, "small": True, "accuracy": 0.5, "accuracy_low": 0.1, "accuracy_high": 0.9}
    told["slices"] = {"topic": {"数学": part, "a/../b": part, "": part}}
    with tracking.start("cot", CONFIG, tmp_path) as run:
        run.log_trials([trial(0)])
        run.log_result(told)
    name = "reliability_accuracy_by_share"
    assert [(m.step, m.value) for m in client.get_metric_history(run.id, name)] == [
        (50, 0.25),
        (100, 1.0),
    ]
    risk = client.get_metric_history(run.id, "reliability_risk_at_coverage_by_share")
    assert [(m.step, m.value) for m in risk] == [(50, 0.0), (100, 0.5)]
    metrics = client.get_run(run.id).data.metrics
    assert metrics["slices/topic: 数学"] == 0.5
    path = client.download_artifacts(run.id, "slices.json", str(tmp_path))
    table = json.loads(Path(path).read_text("utf-8"))
    assert [row[1] for row in table["data"]] == ["数学", "a/../b", "(none)"]
