"""A search finds what helps, never looks at the test, and goes on where it was."""

import json
from dataclasses import dataclass, field, replace

import pytest

from promptlab import AsSelected, Direct, Zero
from promptlab.experiment import Experiment
from promptlab.improve.opro import OPRO
from promptlab.improve.search import Search
from promptlab.metric.accuracy import Accuracy
from promptlab.protocols import Preview
from promptlab.records.files import read_trials
from promptlab.types import Completion, Dataset, Example, Question, Task

TASK = Task("Answer.", "number")


def examples(part, count):
    return tuple(
        Example(Question(f"{part}{n}", f"{part}: {n} + 1 = ?"), str(n + 1)) for n in range(count)
    )


@dataclass
class Obedient:
    """Adds where it is told to add; as a writer it proposes what it was given to propose."""

    proposals: tuple[str, ...] = ("Add.",)
    asked: list = field(default_factory=list)
    identity = {"name": "obedient"}

    def preview(self, prompt):
        return Preview(prompt.text, len(prompt.text.split()))

    def answer(self, requests):
        self.asked += requests
        return [self._reply(request) for request in requests]

    def _reply(self, request):
        text = request.prompt.text
        if request.to == "writer":
            said = f"[{self.proposals[request.sampling.draw % len(self.proposals)]}]"
            return Completion(said, prompt_tokens=50, completion_tokens=5)
        number = int(text.rpartition(": ")[2].partition(" +")[0])
        said = str(number + 1) if "Add." in text else "0"
        return Completion(said, prompt_tokens=10, completion_tokens=1)


def search(folder, model, budget=20_000, pool=40, **fields):
    def vary(candidate):
        task = replace(TASK, instruction=candidate.text)
        dataset = Dataset("sums", task, examples("pool", pool), examples("test", 30))
        config = {"instruction": candidate.text}
        return Experiment(
            *(dataset, Zero(), AsSelected(), Direct(task), model, {"accuracy": Accuracy(task)}),
            config=config,
        )

    optimiser = OPRO(proposals=2, steps=2)
    return Search(vary, optimiser, TASK.instruction, folder, budget, 20, **fields)


def test_what_helps_is_found_and_measured_on_the_test_beside_the_start(tmp_path):
    model = Obedient(("Add.", "Guess."))
    content = search(tmp_path, model).run()
    assert content["text"] == "Add."
    assert (content["test"]["start"], content["test"]["best"]) == (0.0, 1.0)
    assert content["test"]["pvalue"] < 0.001
    assert "more than chance would do" in content["verdict"]
    assert json.loads((tmp_path / "improve.json").read_text())["text"] == "Add."
    written = [request.prompt.text for request in model.asked if request.to == "writer"]
    assert written
    assert not any("test:" in text for text in written)
    judged = {trial["id"] for trial in read_trials(tmp_path / "start")}
    assert len(judged) == 20
    assert not any(identity.startswith("test") for identity in judged)
    assert not any(f"pool: {identity[4:]} +" in text for identity in judged for text in written)


def test_a_search_that_ended_asks_nothing_again_and_says_the_same(tmp_path):
    content = search(tmp_path, Obedient()).run()
    again = Obedient()
    assert search(tmp_path, again).run() == content
    assert again.asked == []


def test_where_nothing_helps_the_start_stays(tmp_path):
    content = search(tmp_path, Obedient(("Guess.",))).run()
    assert content["best"] == "start"
    assert content["verdict"].startswith("Nothing that was proposed was better than the start")


def test_a_budget_that_is_spent_ends_the_search_before_the_next_race(tmp_path):
    model = Obedient()
    content = search(tmp_path, model, budget=250).run()
    assert content["best"] == "start"
    assert sum(content["spent"].values()) < 250 + 2 * 55
    assert content["test"]["n"] == 30


def test_a_pool_that_is_too_small_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the pool of 'sums' has 6 examples with an answer"):
        search(tmp_path, Obedient(), pool=6)
    with pytest.raises(ValueError, match="budget is 0"):
        search(tmp_path, Obedient(), budget=0)
