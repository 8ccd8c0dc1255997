"""A race of experiments: its records, its end, and how it goes on after being stopped."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

import promptlab
from promptlab.analysis.racing.race import race, shuffle_examples
from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.ordering.similar_last import SimilarLast
from promptlab.protocols import Preview
from promptlab.selection.zero import Zero
from promptlab.strategy.direct import Direct
from promptlab.types import Completion, Dataset, Example, Question, Task

TASK = Task(answer="number")
TEST = tuple(Example(Question(f"t{i}", f"{i} + 1?"), str(i + 1)) for i in range(40))
SKILLS = {"good": 37, "fair": 34, "poor": 12, "bad": 4}


@dataclass(frozen=True)
class Adder:
    """Adds right up to some number; goes away when its patience is at an end."""

    skill: int
    patience: list[int] = field(default_factory=lambda: [10**9], compare=False)

    @property
    def identity(self):
        return {"name": "adder"}

    def answer(self, requests):
        return [self._reply(request.prompt.text) for request in requests]

    def _reply(self, prompt):
        if not self.patience[0]:
            raise ConnectionError("the model went away")
        self.patience[0] -= 1
        number = int(prompt.rsplit("Q: ", 1)[1].split(maxsplit=1)[0])
        return Completion(f" {number + 1}" if number < self.skill else " 0", "stop", 10, 2)

    def preview(self, prompt):
        return Preview(prompt.text, None)


@dataclass(frozen=True)
class Listening:
    """Notes what is tracked."""

    heard: list[tuple]

    @contextmanager
    def start(self, name, config, folder):
        try:
            yield Heard(name, self.heard)
        except BaseException as error:
            self.heard.append((name, type(error).__name__))
            raise
        self.heard.append((name, "finished"))


@dataclass(frozen=True)
class Heard:
    id: str
    heard: list[tuple]

    def log_trials(self, batch):
        self.heard.append((self.id, len(batch)))

    def log_result(self, result):
        self.heard.append((self.id, result["tags"]["race_status"], result["metrics"]["n"]))


def experiments(folder, patience=10**9, test=TEST, **changed):
    shared = [patience]
    return [
        Experiment(
            **{
                "dataset": Dataset("sums", TASK, (), test),
                "selection": Zero(),
                "ordering": SimilarLast(),
                "strategy": Direct(TASK),
                "model": Adder(skill, shared),
                "metric": {"accuracy": Accuracy(TASK)},
                "folder": folder / name,
                "name": name,
                "config": {"skill": skill},
                **changed,
            }
        )
        for name, skill in SKILLS.items()
    ]


def files(folder):
    """Everything in a folder that is no time."""
    texts = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: {**json.loads(path.read_text()), "timings": 0}
        if path.suffix == ".json"
        else path.read_bytes()
        for name, path in texts.items()
    }


def lines(folder):
    return [json.loads(line) for line in (folder / "trials.jsonl").read_text().splitlines()]


def here(told, folder):
    """A record with its folders left out."""
    return json.loads(json.dumps(told).replace(str(folder), ""))


def test_the_best_wins_and_the_others_were_asked_less(tmp_path):
    told = race(experiments(tmp_path), folder=tmp_path, block=5)
    assert told["winner"] == "good"
    assert told["left"] == ["good"]
    answered = {each["name"]: each["examples"] for each in told["variants"]}
    assert answered["bad"] < answered["poor"] < answered["fair"] <= answered["good"]
    assert told["cost"]["asked"] == {
        "answers": sum(answered.values()),
        "calls": sum(answered.values()),
        "tokens": 12 * sum(answered.values()),
    }
    assert told["cost"]["grid"] == {"answers": 160, "calls": 160, "tokens": 1920}
    assert "good has the highest accuracy of 4 variants on all 40 test examples" in told["verdict"]
    assert "at a risk of 5 % at most" in told["verdict"]


def test_race_json_says_what_was_decided_and_when(tmp_path):
    told = race(experiments(tmp_path), folder=tmp_path, block=5)
    assert json.loads((tmp_path / "race.json").read_text()) == told
    assert [drop["name"] for drop in told["dropped"]] == ["bad", "poor", "fair"]
    for drop in told["dropped"]:
        assert drop["examples"] % 5 == 0
        assert drop["e_value"] is None or drop["e_value"] >= 20


def test_every_variant_has_the_records_of_a_run(tmp_path):
    told = race(experiments(tmp_path), folder=tmp_path, block=5)
    order = [example.id for example in shuffle_examples(TEST, 0)]
    for each in told["variants"]:
        trials = lines(tmp_path / each["name"])
        assert [trial["id"] for trial in trials] == order[: each["examples"]]
        result = json.loads((tmp_path / each["name"] / "result.json").read_text())
        assert result["metrics"]["n"] == each["examples"]
        assert result["tags"] == {"race": tmp_path.name, "race_status": each["status"]}


def test_the_order_is_drawn_by_the_seed_and_the_same_for_all():
    assert shuffle_examples(TEST, 0) == shuffle_examples(TEST, 0) != shuffle_examples(TEST, 1)
    assert sorted(e.id for e in shuffle_examples(TEST, 1)) == sorted(e.id for e in TEST)


def test_examples_without_a_gold_answer_are_not_asked(tmp_path):
    test = (*TEST, Example(Question("open", "99 + 1?"), ""))
    told = race(experiments(tmp_path, test=test), folder=tmp_path)
    assert told["examples"] == 40
    with pytest.raises(ValueError, match="no test example has a gold answer"):
        race(experiments(tmp_path, test=test[-1:]), folder=tmp_path)


@pytest.mark.parametrize("patience", [0, 3, 5, 18, 20, 23, 41, 60, 75])
def test_a_stopped_race_goes_on_and_ends_as_an_unbroken_one(tmp_path, patience):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    unbroken = race(experiments(whole), folder=whole, block=5)
    with pytest.raises(ConnectionError) as stopped:
        race(experiments(broken, patience), folder=broken, block=5)
    assert stopped.value.__notes__[0] in SKILLS
    kept = sum(len(p.read_text().splitlines()) for p in broken.rglob("trials.jsonl"))
    rest = unbroken["cost"]["asked"]["answers"] - kept
    resumed = race(experiments(broken, rest), folder=broken, block=5)
    assert here(resumed, broken) == here(unbroken, whole)
    told = files(whole)
    for name, content in files(broken).items():
        if name.name == "result.json":
            assert {**content, "tags": 0} == {**told[name], "tags": 0}
        elif name.name == "trials.jsonl":
            assert content == told[name]


def test_a_finished_race_asks_and_tracks_nothing_more(tmp_path):
    first = race(experiments(tmp_path), folder=tmp_path, block=5)
    heard = []
    again = experiments(tmp_path, 0, tracking=Listening(heard))
    before = files(tmp_path)
    assert race(again, folder=tmp_path, block=5) == first
    assert (heard, files(tmp_path)) == ([], before)


def test_every_variant_is_tracked_as_a_run_from_its_first_block_to_its_end(tmp_path):
    heard = []
    told = race(experiments(tmp_path, tracking=Listening(heard)), folder=tmp_path, block=5)
    for each in told["variants"]:
        of_it = [entry[1:] for entry in heard if entry[0] == each["name"]]
        blocks = [(5,)] * (each["examples"] // 5)
        assert of_it == [*blocks, (each["status"], each["examples"]), ("finished",)]
    assert [status for _, status in (e[:2] for e in heard) if status == "won"] == ["won"]


def test_a_run_that_goes_on_is_told_what_was_recorded_before(tmp_path):
    with pytest.raises(ConnectionError):
        race(experiments(tmp_path, 23), folder=tmp_path, block=5)
    heard = []
    race(experiments(tmp_path, tracking=Listening(heard)), folder=tmp_path, block=5)
    assert [entry for entry in heard if entry[0] == "good"][:2] == [("good", 5), ("good", 5)]


def test_an_error_ends_all_open_runs(tmp_path):
    heard = []
    with pytest.raises(ConnectionError):
        race(experiments(tmp_path, 23, tracking=Listening(heard)), folder=tmp_path, block=5)
    assert {entry for entry in heard if entry[1] == "ConnectionError"} == {
        (name, "ConnectionError") for name in SKILLS
    }


def test_a_budget_of_tokens_ends_a_race_which_goes_on_with_a_larger_one(tmp_path):
    heard = []
    tracked = {"tracking": Listening(heard)}
    told = race(experiments(tmp_path, **tracked), folder=tmp_path, block=5, tokens=250)
    assert (told["ended"], told["winner"], told["answered"]) == ("tokens", None, 5)
    assert told["cost"]["asked"]["tokens"] <= 250
    assert told["left"][0] == "good"
    assert "stopped after 5 of 40 test examples, the tokens being spent" in told["verdict"]
    assert "cannot be told apart yet from fair" in told["verdict"]
    assert ("good", "Paused") in heard
    rest = experiments(tmp_path)
    assert race(rest, folder=tmp_path, block=5)["winner"] == "good"
    assert len(lines(tmp_path / "fair")) == len({line["id"] for line in lines(tmp_path / "fair")})


def test_equally_good_variants_are_left_together(tmp_path):
    twins = [replace(e, model=Adder(37)) if e.name == "fair" else e for e in experiments(tmp_path)]
    told = race(twins, folder=tmp_path)
    assert (told["ended"], told["winner"]) == ("examples", None)
    assert "good and fair cannot be told apart with all 40 test examples" in told["verdict"]
    assert {e["name"]: e["status"] for e in told["variants"]}["fair"] == "tied"


def test_a_watch_is_told_of_every_block_and_of_who_is_asked(tmp_path):
    seen = []
    told = race(
        experiments(tmp_path), folder=tmp_path, watch=lambda t, asking: seen.append((t, asking))
    )
    assert [asking for _, asking in seen[:5]] == [*SKILLS, ""]
    assert seen[-1] == (told, "")
    assert json.dumps(seen[0][0])


def test_it_is_a_public_name():
    assert promptlab.race is race


@pytest.mark.parametrize(
    ("changed", "rules", "said"),
    [
        ({}, {"alpha": 1.5}, "alpha is 1.5; expected more than 0 and less than 1"),
        ({}, {"block": 0}, "block is 0; expected at least one example"),
        ({}, {"tokens": 0}, "tokens is 0; expected a budget"),
        ({}, {"metric": "acuracy"}, "no metric 'acuracy'; expected one of: accuracy"),
        ({"name": "same"}, {}, "two variants have the name 'same'"),
    ],
)
def test_what_cannot_race_is_refused_before_anything_is_asked(tmp_path, changed, rules, said):
    with pytest.raises(ValueError, match=said):
        race(experiments(tmp_path, 0, **changed), folder=tmp_path, **rules)


def test_variants_need_folders_of_their_own(tmp_path):
    together = [replace(each, folder=tmp_path) for each in experiments(tmp_path, 0)]
    with pytest.raises(ValueError, match="two variants have the folder"):
        race(together, folder=tmp_path)


def test_one_variant_or_different_questions_make_no_race(tmp_path):
    with pytest.raises(ValueError, match="1 variant to race; expected at least two"):
        race(experiments(tmp_path)[:1], folder=tmp_path)
    mixed = [experiments(tmp_path)[0], experiments(tmp_path, test=TEST[:-1])[1]]
    with pytest.raises(ValueError, match="fair and good have different test examples"):
        race(mixed, folder=tmp_path)


def test_scores_beyond_0_and_1_are_refused(tmp_path):
    metric = {"points": lambda answer, example: 100.0}
    with pytest.raises(ValueError, match="needs scores from 0 to 1"):
        race(experiments(tmp_path, metric=metric), folder=tmp_path, metric="points")
