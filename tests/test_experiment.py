"""An experiment: what it asks, records and returns, and how it goes on after being stopped."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.ordering.similar_last import SimilarLast
from promptlab.program import generate
from promptlab.protocols import Preview
from promptlab.selection.first import First
from promptlab.strategy.direct import Direct
from promptlab.types import (
    Completion,
    Dataset,
    Example,
    Failed,
    Generate,
    Message,
    Prompt,
    Question,
    RequestFailed,
    Task,
)

TASK = Task(answer="number")
POOL = tuple(Example(Question(f"p{i}", f"{i} + 0?"), str(i)) for i in range(5))
TEST = tuple(Example(Question(f"t{i}", f"{i} + 1?"), str(i + 1)) for i in range(7))


@dataclass(frozen=True)
class Adder:
    """Adds right up to 3 + 1; goes away when its patience is at an end."""

    patience: list[int] = field(default_factory=lambda: [10**9])

    @property
    def identity(self):
        return {"name": "adder"}

    def answer(self, requests):
        return [self._reply(request.prompt.text) for request in requests]

    def _reply(self, prompt: str) -> Completion:
        if not self.patience[0]:
            raise ConnectionError("the model went away")
        self.patience[0] -= 1
        number = int(prompt.rsplit("Q: ", 1)[1].split(maxsplit=1)[0])
        return Completion(f" {number + 1}" if number < 4 else " 0", "stop", 10, 2)

    def preview(self, prompt):
        return Preview(prompt.text, None)


def experiment(folder: Path, model: Adder | None = None, **changed) -> Experiment:
    parts = {
        "dataset": Dataset("sums", TASK, POOL, TEST),
        "selection": First(k=2),
        "ordering": SimilarLast(),
        "strategy": Direct(TASK),
        "model": model or Adder(),
        "metric": {"accuracy": Accuracy(TASK)},
        "folder": folder,
        "batch": 3,
        "config": {"seed": 7},
    }
    return Experiment(**{**parts, **changed})


def test_the_result_counts_what_was_right(tmp_path: Path) -> None:
    result = experiment(tmp_path)()
    metrics = result["metrics"]
    assert (metrics["n"], metrics["accuracy"]) == (7, pytest.approx(4 / 7))
    assert metrics["accuracy_low"] < 4 / 7 < metrics["accuracy_high"]
    assert result["seed"] == 7
    assert result == {**json.loads((tmp_path / "result.json").read_text()), "config": {"seed": 7}}


def test_a_trial_holds_the_exact_prompt_and_the_reply(tmp_path: Path) -> None:
    experiment(tmp_path)()
    first = json.loads((tmp_path / "trials.jsonl").read_text().splitlines()[0])
    assert first["id"] == "t0"
    assert (first["target"], first["prediction"], first["outcome"]) == ("1", "1", "parsed")
    assert first["demos"] == ["p1", "p0"]
    (exchange,) = first["exchanges"]
    assert exchange["request"]["text"] == "Q: 1 + 0?\nA: 1\n\nQ: 0 + 0?\nA: 0\n\nQ: 0 + 1?\nA:"
    assert exchange["reply"]["text"] == " 1"
    assert first["scores"] == {"accuracy": 1.0}


def test_watchers_are_told_of_every_window(tmp_path: Path) -> None:
    seen: list[int] = []
    experiment(tmp_path)(lambda batch: seen.append(len(batch)))
    assert seen == [3, 3, 1]


def test_a_test_example_without_a_gold_answer_is_answered_and_not_scored(tmp_path: Path) -> None:
    data = Dataset("sums", TASK, POOL, (Example(Question("t", "1 + 1?"), ""),))
    result = experiment(tmp_path, dataset=data)()
    assert "accuracy" not in result["metrics"]
    assert json.loads((tmp_path / "trials.jsonl").read_text())["scores"] == {}


@pytest.mark.parametrize("patience", range(7))
def test_a_stopped_run_goes_on_and_ends_as_an_unbroken_one(tmp_path: Path, patience: int) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    unbroken = experiment(whole)()
    with pytest.raises(ConnectionError):
        experiment(broken, Adder([patience]))()
    kept = patience // 3 * 3
    again = Adder([7 - kept])
    resumed = experiment(broken, again)()
    assert again.patience == [0]
    assert (broken / "trials.jsonl").read_bytes() == (whole / "trials.jsonl").read_bytes()
    assert {**resumed, "timings": 0} == {**unbroken, "timings": 0}


def test_a_half_written_window_is_asked_again(tmp_path: Path) -> None:
    experiment(tmp_path / "whole")()
    whole = (tmp_path / "whole" / "trials.jsonl").read_bytes()
    broken = tmp_path / "broken"
    experiment(broken)()
    (broken / "result.json").unlink()
    lines = whole.splitlines(keepends=True)
    (broken / "trials.jsonl").write_bytes(b"".join(lines[:4]) + lines[4][:20])
    with pytest.warns(UserWarning, match="only half of a trial"):
        experiment(broken)()
    assert (broken / "trials.jsonl").read_bytes() == whole


def test_a_finished_run_is_left_as_it_is(tmp_path: Path) -> None:
    first = experiment(tmp_path)()
    assert experiment(tmp_path, Adder([0]))() == first


def test_another_config_begins_anew_and_keeps_what_was_there(tmp_path: Path) -> None:
    experiment(tmp_path)()
    earlier = (tmp_path / "trials.jsonl").read_bytes()
    result = experiment(tmp_path, Adder([7]), config={"seed": 8})()
    assert result["metrics"]["n"] == 7
    assert (tmp_path / "trials.jsonl.previous").read_bytes() == earlier


def test_other_data_begins_anew(tmp_path: Path) -> None:
    experiment(tmp_path)()
    fewer = Dataset("sums", TASK, POOL, TEST[:4])
    assert experiment(tmp_path, dataset=fewer)()["metrics"]["n"] == 4


def test_resuming_can_be_refused(tmp_path: Path) -> None:
    experiment(tmp_path)()
    again = Adder([7])
    experiment(tmp_path, again, resume=False)()
    assert again.patience == [0]


def test_nothing_to_test_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'sums' has no test examples"):
        experiment(tmp_path, dataset=Dataset("sums", TASK, POOL, ()))


def asked(folder: Path, **changed) -> int:
    """Run once more; return how many questions were asked."""
    model = Adder()
    experiment(folder, model, **changed)()
    return 10**9 - model.patience[0]


def doubled(lines: list[bytes]) -> list[bytes]:
    return [*lines, *lines]


def edited(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"accuracy": 1.0', b'"accuracy": 7.5'), *lines[1:]]


def foreign(lines: list[bytes]) -> list[bytes]:
    return [*lines[:6], lines[6].replace(b'"t6"', b'"x6"')]


DAMAGE = {
    # What is done to seven lines in batches of three, and how many are asked again.
    "cut to half": (lambda lines: lines[:4], 4),
    "lost": (lambda lines: [], 7),
    "doubled": (doubled, 0),
    "shuffled": (lambda lines: [lines[n] for n in (6, 2, 0, 5, 1, 4, 3)], 0),
    "edited": (edited, 3),
    "foreign": (foreign, 1),
    "one missing in the middle": (lambda lines: lines[:3] + lines[4:], 3),
    "half a line in the middle": (lambda lines: [*lines[:4], lines[4][:30] + b"\n", *lines[5:]], 3),
}


@pytest.mark.filterwarnings("ignore:.*the rest is asked again")
@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_records_are_mended_and_never_counted(
    tmp_path: Path, name: str, finished: bool
) -> None:
    damage, anew = DAMAGE[name]
    whole = experiment(tmp_path)()
    path = tmp_path / "trials.jsonl"
    before = path.read_bytes()
    path.write_bytes(b"".join(damage(before.splitlines(keepends=True))))
    if finished:
        with pytest.warns(UserWarning, match=rf"{tmp_path}.*is kept, and the rest is asked again"):
            assert asked(tmp_path) == anew
    else:
        (tmp_path / "result.json").unlink()
        assert asked(tmp_path) == anew
    assert path.read_bytes() == before
    again = experiment(tmp_path, Adder([0]))()
    assert {**again, "timings": 0} == {**whole, "timings": 0}


def test_a_result_of_the_time_before_seals_is_believed_when_the_number_is_right(tmp_path: Path):
    experiment(tmp_path)()
    unsealed(tmp_path)
    assert asked(tmp_path) == 0
    path = tmp_path / "trials.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    with pytest.warns(UserWarning, match="of 7 trials, and trials.jsonl has 4 trials"):
        assert asked(tmp_path) == 4


def test_unsealed_lines_that_are_foreign_doubled_or_impossible_are_asked_anew(tmp_path: Path):
    experiment(tmp_path)()
    unsealed(tmp_path)
    path = tmp_path / "trials.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"accuracy": 1.0', b'"accuracy": 7.5')
    path.write_bytes(b"".join([*lines, lines[6], lines[6].replace(b'"t6"', b'"x"')]))
    with pytest.warns(UserWarning, match="line 2") as told:
        assert asked(tmp_path) == 3
    (said,) = [str(each.message) for each in told]
    assert f"{path}, line 2: accuracy 7.5, which is not from 0 to 1, left out" in said
    assert f"{path}, line 8: trial 7 once more" in said
    assert f"{path}, line 9: trial x, which is not asked in this run" in said


def unsealed(folder: Path) -> None:
    """Make records what they were before lines had seals."""
    path = folder / "trials.jsonl"
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        del line["seal"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    for name, key in (("result.json", "trials"), ("run.json", "sealed")):
        told = json.loads((folder / name).read_text("utf-8"))
        del told[key]
        (folder / name).write_text(json.dumps(told), "utf-8")


def test_a_run_that_is_killed_while_it_mends_goes_on_mending(tmp_path: Path) -> None:
    experiment(tmp_path)()
    path = tmp_path / "trials.jsonl"
    before = path.read_bytes()
    path.write_bytes(b"".join(edited(before.splitlines(keepends=True))))
    with pytest.warns(UserWarning, match="line 1: changed"), pytest.raises(ConnectionError):
        experiment(tmp_path, Adder([2]))()
    assert not (tmp_path / "result.json").exists()
    assert asked(tmp_path) == 3
    assert path.read_bytes() == before


def test_a_gold_answer_that_was_corrected_counts(tmp_path: Path) -> None:
    experiment(tmp_path)()
    wrong = (*TEST[:6], Example(TEST[6].question, "0"))
    corrected = experiment(tmp_path, dataset=Dataset("sums", TASK, POOL, wrong))()
    assert corrected["metrics"]["accuracy"] == pytest.approx(5 / 7)


def refusing(folder: Path, refused: str, **changed) -> Experiment:
    """An experiment whose model refuses the questions with these numbers."""

    class Choosy(Adder):
        def answer(self, requests):
            return [
                Failed(RequestFailed(f"no {number}, please" if len(refused) < 7 else "no"))
                if (number := request.prompt.text.rsplit("Q: ", 1)[1][0]) in refused
                else reply
                for request, reply in zip(requests, super().answer(requests), strict=True)
            ]

    return experiment(folder, Choosy(), **changed)


def test_a_question_that_cannot_be_answered_fails_alone(tmp_path: Path) -> None:
    result = refusing(tmp_path, "25")()
    metrics = result["metrics"]
    assert (metrics["n"], metrics["failed"], metrics["failed_rate"]) == (7, 2, 2 / 7)
    assert metrics["accuracy"] == pytest.approx(3 / 7)
    lines = [json.loads(line) for line in (tmp_path / "trials.jsonl").read_text().splitlines()]
    failed = lines[2]
    assert (failed["outcome"], failed["error"], failed["prediction"]) == (
        "failed",
        "no 2, please",
        "",
    )
    assert failed["exchanges"][0]["reply"] == {"failed": "no 2, please", "error": "RequestFailed"}


def test_the_first_failure_can_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(RequestFailed, match="no 5, please"):
        refusing(tmp_path, "5", on_error="stop")()
    assert len((tmp_path / "trials.jsonl").read_text().splitlines()) == 3


def test_what_fails_every_question_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(RequestFailed, match="each of the first 3 questions failed: no"):
        refusing(tmp_path, "0123456")()
    assert not (tmp_path / "trials.jsonl").exists()


@dataclass(frozen=True)
class Asking:
    """A selection that asks while it fits, and once for each question."""

    def fit(self, pool):
        first = yield from generate(Generate(Prompt((Message("text", "Q: 1 + 1?"),))))

        def select(question):
            yield from generate(Generate(Prompt((Message("text", f"Q: 2 + {question.id}"),))))
            return pool[: int(first.text)]

        return select


def test_what_a_fit_asks_is_recorded_once_and_counted_apart(tmp_path: Path) -> None:
    result = experiment(tmp_path, selection=Asking())()
    (line,) = (tmp_path / "fit.jsonl").read_text().splitlines()
    assert json.loads(line)["stage"] == "fit"
    first = json.loads((tmp_path / "trials.jsonl").read_text().splitlines()[0])
    assert [each.get("stage", "strategy") for each in first["exchanges"]] == [
        "selection",
        "strategy",
    ]
    assert first["demos"] == ["p1", "p0"]
    assert {stage: cost["model"]["calls"] for stage, cost in result["costs"].items()} == {
        "fit": 1,
        "selection": 7,
        "strategy": 7,
    }


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line[: len(line) // 2],
        lambda line: line.replace('"finish_reason": "stop"', '"finish_reason": "length"'),
        lambda line: line.replace('"reply"', '"replay"'),
        lambda line: "[]\n",
    ],
)
def test_a_fit_that_was_damaged_is_told_with_its_line_and_asked_again(
    tmp_path: Path, damage
) -> None:
    with pytest.raises(ConnectionError):
        experiment(tmp_path, Adder([7]), selection=Asking())()
    path = tmp_path / "fit.jsonl"
    whole = path.read_text()
    path.write_text(damage(whole))
    assert path.read_text() != whole
    with pytest.warns(UserWarning, match=r"fit\.jsonl, line 1: .* is asked again"):
        experiment(tmp_path, Adder([99]), selection=Asking())()
    assert path.read_text() == whole


def test_a_run_that_goes_on_does_not_ask_its_fit_again(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        experiment(tmp_path, Adder([7]), selection=Asking())()
    again = Adder([8])
    result = experiment(tmp_path, again, selection=Asking())()
    assert again.patience == [0]
    assert result["costs"]["fit"]["model"]["calls"] == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_finished_run_can_be_run_again_where_nothing_can_be_written(tmp_path: Path) -> None:
    first = experiment(tmp_path)()
    tmp_path.chmod(0o555)
    assert experiment(tmp_path, Adder([0]))() == first
    tmp_path.chmod(0o755)


@dataclass(frozen=True)
class Foresighted:
    """Selects as another does, and notes what it is told before it is asked."""

    inner: First
    told: list[list[str]] = field(default_factory=list)

    def fit(self, pool):
        return Foretold(self.inner.fit(pool), self.told)


@dataclass(frozen=True)
class Foretold:
    select: object
    told: list[list[str]]

    def __call__(self, question):
        assert question.id in self.told[-1]
        return self.select(question)

    def ahead(self, questions):
        self.told.append([question.id for question in questions])


def test_a_selection_is_told_the_questions_of_each_batch_that_is_asked(tmp_path: Path) -> None:
    selection = Foresighted(First(k=2))
    with pytest.raises(ConnectionError):
        experiment(tmp_path, Adder([3]), selection=selection)()
    experiment(tmp_path, selection=selection)()
    assert selection.told == [["t0", "t1", "t2"], ["t3", "t4", "t5"], ["t3", "t4", "t5"], ["t6"]]
