"""What is said of demonstrations is what the prompts show, not what the strategy was given."""

import json

import pytest
from laws import built

from promptlab import Experiment
from promptlab.metric.demonstrations import shown
from promptlab.metric.summary import summarise
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.program import recorded, solve
from promptlab.records.trial_json import trial_from_line, trial_line
from promptlab.route import Route
from promptlab.selection.first import First
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.auto_cot import AutoCoT
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.template.prompt_file import PromptFile
from promptlab.types import Answer, Dataset, Example, Question, Task, Trial

NUMBER = Task(answer="number")
QUESTION = Question("q", "How many?")
DEMOS = tuple(Example(Question(f"d{n}", f"{n} + {n}?"), str(2 * n), f"{n} twice.") for n in (3, 4))


def solves_three(request):
    """Give a reason that passes for the first demonstration alone."""
    return "So it is 6." if "Q: 3 + 3?" in request.prompt.text else "6"


def auto_cot(task=NUMBER):
    return AutoCoT(task, ZeroShotCoT(task), ChainOfThought(task))


def counted(strategy, model=solves_three, tools=()):
    exchanges = []
    route = Route({"model": Scripted(model)}, dict(tools))
    solve(recorded(strategy.solve(QUESTION, DEMOS), exchanges), route)
    return shown(exchanges, QUESTION, DEMOS)


def test_demonstrations_that_auto_cot_left_out_are_not_shown():
    assert counted(auto_cot()) == 1
    assert counted(auto_cot(), lambda _: "") == 0


@pytest.mark.parametrize(
    ("strategy", "overrides", "count"),
    [
        ("cot", (), 2),
        ("cot", ("template=chat_v1",), 2),
        ("zero_shot_cot", (), 0),
        ("pal", (), 3),  # worked examples of its own
        ("self_consistency", (), 2),
    ],
)
def test_every_strategy_is_said_to_show_what_its_prompts_do(strategy, overrides, count):
    tools = {"python": lambda _: "6"}
    assert counted(built("strategy", strategy, "number", *overrides), tools=tools) == count


def test_demonstrations_that_have_a_prompt_each_are_all_shown():
    ensembled = built("strategy", "choose", "label", "strategy.demonstrations=ensembled")
    assert counted(ensembled) == 2


def test_of_a_prompt_file_those_count_that_stand_in_it():
    every = "{% for demo in demonstrations %}{{ demo.question }}\n{% endfor %}{{ question }}"
    assert counted(Direct(NUMBER, PromptFile(every))) == 2
    assert counted(Direct(NUMBER, PromptFile("{{ question }}"))) == 0


def test_a_result_says_what_was_shown_and_so_does_one_that_is_resumed(tmp_path):
    data = Dataset("d", NUMBER, DEMOS, (Example(QUESTION, "6"),))
    run = Experiment(
        *(data, First(2), AsSelected(), auto_cot(), Scripted(solves_three), {}), folder=tmp_path
    )
    metrics = run()["metrics"]
    assert (metrics["mean_demos"], metrics["fewest_demos"]) == (1.0, 1)
    (line,) = (tmp_path / "trials.jsonl").read_text("utf-8").splitlines()
    trial = trial_from_line(json.loads(line))
    assert (trial.shown, len(trial.demos)) == (1, 2)
    assert summarise([trial], NUMBER)["mean_demos"] == 1.0


def test_where_all_are_shown_a_line_is_what_it_ever_was():
    trial = Trial(Example(QUESTION, "6"), DEMOS, (), Answer("6"), {})
    assert "shown" not in trial_line(trial)
    assert summarise([trial], NUMBER)["mean_demos"] == 2.0
