"""A search: judged on the pool, within its tokens, resumed, measured on the test."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from promptlab.analysis.racing.record import Rules
from promptlab.experiment import Experiment
from promptlab.improve.dspy_optimiser import DSPyOptimiser
from promptlab.improve.ledger import Ledger
from promptlab.improve.opro import OPRO
from promptlab.improve.record import Candidate
from promptlab.improve.search import Search, asking, parts
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.records.files import Records
from promptlab.route import Route
from promptlab.selection.zero import Zero
from promptlab.strategy.direct import Direct
from promptlab.strategy.dspy_program import DSPyProgram
from promptlab.types import Dataset, Example, Question, Task

LABELS = ("person", "place")
EXAMPLES = tuple(
    Example(Question(str(n), f"{'Who' if n % 2 else 'Where'} is {n}?"), LABELS[1 - n % 2])
    for n in range(60)
)
DATA = Dataset("d", Task("Say it.", "label", LABELS), EXAMPLES[:40], EXAMPLES[40:])
PROPOSALS = ("Guess.", "Look at the first word.", "写。")


class Told:
    """Answers well where the instruction is good; as the writer, proposes in turn."""

    def __init__(self):
        self.asked = []

    def __call__(self, request):
        self.asked.append(request)
        text = request.prompt.text
        if request.to == "writer":
            return f"[{PROPOSALS[request.sampling.draw % 3]}]"
        who = text.rpartition("Q: ")[2].startswith("Who")
        right = "first word" in text
        return " person" if who or not right else " place"


def search(folder: Path, told: Told, budget=100_000, **more) -> Search:
    model = Scripted(told)

    def vary(candidate: Candidate) -> Experiment:
        task = replace(DATA.task, instruction=candidate.text)
        accuracy = {"accuracy": Accuracy(task)}
        data = replace(DATA, task=task)
        config = {"instruction": candidate.text}
        return Experiment(
            data, Zero(), AsSelected(), Direct(task), model, accuracy, folder=folder, config=config
        )

    propose = asking(OPRO(proposals=3))
    rules = Rules(block=5)
    return Search(vary, propose, 2, "Say it.", folder, budget, 20, rules, **more)


def test_the_better_instruction_is_found_and_measured_on_the_test(tmp_path) -> None:
    content = search(tmp_path, Told()).run()
    assert content["text"] == "Look at the first word."
    assert (content["test"]["start"], content["test"]["best"]) == (0.5, 1.0)
    assert content["test"]["n"] == 20
    assert "more than chance would do" in content["verdict"]
    assert json.loads((tmp_path / "improve.json").read_text("utf-8"))["best"] == content["best"]
    for candidate in content["candidates"]:
        assert (tmp_path / candidate["name"] / "result.json").exists()


def test_nothing_of_the_test_is_asked_before_the_end_and_no_judge_is_shown(tmp_path) -> None:
    told = Told()
    found = search(tmp_path, told)
    judged = {example.question.text for example in found.judges}
    found.run()
    tested = {example.question.text for example in DATA.test}
    asked = [request.prompt.text.rpartition("Q: ")[2][:-3] for request in told.asked]
    first = next(n for n, text in enumerate(asked) if text in tested)
    assert all(text in tested for text in asked[first:])
    shown = "".join(r.prompt.text for r in told.asked if r.to == "writer")
    assert not any(text in shown for text in judged | tested)


def test_a_search_that_is_run_again_asks_nothing_and_says_the_same(tmp_path) -> None:
    content = search(tmp_path, Told()).run()
    again = Told()
    assert search(tmp_path, again).run() == content
    assert again.asked == []


def test_the_tokens_are_kept_to_but_for_a_block(tmp_path) -> None:
    spent = []
    found = search(tmp_path, Told(), 2_000, watch=lambda tokens, what: spent.append(tokens))
    content = found.run()
    step = content["spent"]["proposing"]
    dearest = max(each["tokens"] / each["examples"] for each in content["candidates"])
    block = len(content["candidates"]) * 5 * dearest
    assert sum(content["spent"].values()) < 2_000 + step + block
    assert spent == sorted(spent)


def test_where_nothing_is_better_it_is_said(tmp_path) -> None:
    found = search(tmp_path, lambda request: "[Guess.]")
    content = found.run()
    assert content["best"] == "start"
    assert content["verdict"].startswith("Nothing that was proposed was better than the start")


def test_a_budget_that_judges_the_start_alone_says_so(tmp_path) -> None:
    verdict = search(tmp_path, Told(), 1).run()["verdict"]
    assert verdict.startswith("Nothing was judged but the start")


def test_a_pool_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the pool of 'd' has 4 examples.*expected at least 10"):
        parts(replace(DATA, pool=EXAMPLES[:4]), 20, 0)
    with pytest.raises(ValueError, match=r"--judge 2: expected at least 5"):
        parts(DATA, 2, 0)


def in_format(request):
    """Reply in DSPy's format: right where the question is one, else an instruction."""
    import re

    text = request.prompt.messages[-1].content
    names = dict.fromkeys(re.findall(r"\[\[ ## (\w+) ## \]\]", text))
    said = "person" if "Who is" in text.rpartition("## question ##")[2] else "place"
    parts = [
        f"[[ ## {name} ## ]]\n{said if name == 'answer' else 'Say which.'}"
        for name in names
        if name != "completed"
    ]
    return "\n\n".join([*parts, "[[ ## completed ## ]]"])


@pytest.mark.parametrize("by", ["bootstrap", "copro", "mipro", "gepa"])
def test_dspys_optimisers_compile_programs_that_are_strategies(by, tmp_path) -> None:
    strategy = DSPyProgram(DATA.task)
    model = Scripted(in_format)
    ledger = Ledger(Route({"model": model}), Records(tmp_path))
    optimiser = DSPyOptimiser(
        by, strategy, Accuracy(DATA.task), tmp_path / "programs", 10**9, proposals=2
    )
    paths = optimiser(EXAMPLES[:8], EXAMPLES[8:16], (), 0, ledger)
    assert len(paths) == len(set(paths)) >= 1
    assert ledger.tokens > 0
    from promptlab.program import solve

    compiled = replace(strategy, path=paths[0])
    assert solve(compiled.solve(Question("q", "Who is 61?"), ()), model).text == "person"
    before = len((tmp_path / "fit.jsonl").read_bytes())
    again = Ledger(Route({"model": model}), Records(tmp_path))
    assert optimiser(EXAMPLES[:8], EXAMPLES[8:16], (), 0, again) == paths
    assert len((tmp_path / "fit.jsonl").read_bytes()) == before


def test_dspy_is_told_nothing_more_once_its_tokens_are_spent(tmp_path) -> None:
    ledger = Ledger(Route({"model": Scripted(in_format)}), Records(tmp_path))
    metric, files = Accuracy(DATA.task), tmp_path / "programs"
    optimiser = DSPyOptimiser("bootstrap", DSPyProgram(DATA.task), metric, files, 1_000)
    assert optimiser(EXAMPLES[:8], EXAMPLES[8:16], (), 0, ledger)
    assert 1_000 <= ledger.tokens < 1_300
