"""`python -m promptlab recalibrate`: finished runs are read again, and nobody is asked."""

from dataclasses import replace
from pathlib import Path

from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.records.files import Records, read_trials
from promptlab.records.trial_json import trial_from_line
from promptlab.selection.zero import Zero
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.types import Dataset, Example, Question, Task

TASK = Task(answer="label", labels=("好", "坏"))
SAID = {"one": (-0.1, -2.5), "two": (-0.1, -2.7), "three": (-0.6, -0.9), "four": (-0.5, -1.0)}
TEST = tuple(
    Example(Question(text, text), "好" if text in ("one", "two") else "坏") for text in SAID
)


def finished(folder: Path, strategy, labels=True) -> None:
    """Run an experiment, with a model that prefers the first label."""
    said = Scripted(score=lambda request: SAID[request.text.split()[1]])
    task = {"answer": "label"} | ({"labels": list(TASK.labels)} if labels else {})
    config = {"dataset": {"task": task}}
    dataset = Dataset("d", TASK, (), TEST)
    metrics = {"accuracy": Accuracy(TASK)}
    Experiment(
        dataset, Zero(), AsSelected(), strategy, said, metrics, folder=folder, config=config
    )()


def test_a_run_is_calibrated_by_its_own_questions(promptlab, tmp_path) -> None:
    finished(tmp_path / "outputs" / "a", Choose(TASK))
    finished(tmp_path / "outputs" / "b", Choose(TASK), labels=False)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json*")}
    status, out, _ = promptlab("recalibrate", "outputs")
    told = (
        "accuracy 0.500 → 1.000, macro-F1 0.333 → 1.000 (2 of 4 answers changed: 2 for the better, "
        "0 for the worse, p = 0.5)"
    )
    assert (status, out) == (0, f"outputs/a: {told}\noutputs/b: {told}\n")
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.json*")}


def test_what_was_withheld_is_left_out_and_counted(promptlab, tmp_path) -> None:
    finished(tmp_path / "a", Choose(TASK))
    path = tmp_path / "a" / "trials.jsonl"
    lines = map(trial_from_line, read_trials(tmp_path / "a"))
    first, *others = lines
    withheld = replace(first, answer=replace(first.answer, text="", outcome="abstained"))
    path.unlink()
    Records(tmp_path / "a").append([withheld, *others])
    status, out, _ = promptlab("recalibrate", "a")
    assert status == 0
    assert "of 3 answers changed" in out
    assert out.endswith("; 1 that were withheld are left out\n")


def test_a_run_without_probabilities_and_a_missing_folder_are_told(promptlab, tmp_path) -> None:
    finished(tmp_path / "a", Direct(TASK))
    status, out, err = promptlab("recalibrate", "a")
    assert (status, out) == (1, "")
    assert "expected a finished run of strategy=choose" in err
    finished(tmp_path / "b", Choose(TASK))
    status, out, _ = promptlab("recalibrate", ".")
    assert (status, out.count("accuracy"), out.count("left out: a: no question")) == (0, 1, 1)
    assert promptlab("recalibrate", "nowhere")[0] == 1
