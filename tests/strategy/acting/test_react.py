"""ReAct: thoughts, calls and observations in turns, and an end whatever the model says."""

import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.route import Route
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.zero import Zero
from promptlab.strategy.acting.react import ReAct
from promptlab.tool.calculator import Calculator
from promptlab.types import Completion, Example, Question, Task

TOOLS = {"calculator": "computes"}
QUESTION = Question("q", "What is 3 * 4 + 1?")


class Model:
    identity = {"name": "m"}

    def __init__(self, *said):
        self.said, self.asked = iter(said), []

    def answer(self, requests):
        self.asked += [request.prompt.text for request in requests]
        return [Completion(next(self.said)) for _ in requests]


def answered(*said, **fields):
    model = Model(*said)
    strategy = ReAct(Task(answer="number"), TOOLS, **fields)
    route = Route({"model": model}, {"calculator": Calculator()})
    return solve(strategy.solve(QUESTION, ()), route), model.asked


def test_a_tool_is_called_and_what_it_says_is_shown():
    answer, asked = answered(
        " multiply.\nAction: calculator[3 * 4]\nObservation: 99\nThought: made up",
        " add.\nAction: calculator[12 + 1]",
        " done.\nAction: finish[13]",
    )
    assert (answer.text, answer.outcome) == ("13", "parsed")
    assert asked[1].endswith(
        "A: Thought: multiply.\nAction: calculator[3 * 4]\nObservation: 12\nThought:"
    )
    assert "made up" not in asked[1]
    assert "calculator[input]: computes" in asked[0]
    assert answer.rationale.startswith("Thought: multiply.")


@pytest.mark.parametrize(
    "reply",
    [
        " Action: calculator[3 * 4]",
        " so.\nAction: Calculator[3 * 4]",
        " so.\n**Action:** calculator[3 * 4]\nmade up]",
    ],
)
def test_an_action_is_read_as_models_write_it(reply):
    answer, asked = answered(reply, "\nAction: finish[12]")
    assert "\nObservation: 12\nThought:" in asked[1]
    assert "made up" not in asked[1]
    assert answer.text == "12"


def test_a_program_of_several_lines_is_one_action():
    said = Scripted(
        lambda _: " so.\nAction: python[xs = [1, 2]\nprint(sum(xs))]\nThought: made up]"
    )
    asked = []

    class Python:
        identity = {"name": "python"}
        pure = True

        def __call__(self, text):
            asked.append(text)
            return "3"

    strategy = ReAct(Task(answer="number"), {"python": "runs"}, steps=1)
    solve(strategy.solve(QUESTION, ()), Route({"model": said}, {"python": Python()}))
    assert asked == ["xs = [1, 2]\nprint(sum(xs))"]


@pytest.mark.parametrize(
    ("action", "observed"),
    [
        ("Action: calculator[1 / 0]", "it failed: "),
        ("Action: search[x]", "there is no tool search; there are calculator"),
        ("nothing", "there is no action; write Action: tool[input]"),
        ("Action: calculator", "there is no action"),
    ],
)
def test_what_goes_wrong_is_observed_and_it_goes_on(action, observed):
    answer, asked = answered(f" so.\n{action}", "\nAction：finish[约 5]")
    assert f"Observation: {observed}" in asked[1]
    assert answer.text == "5"


def test_it_ends_without_an_answer_after_its_steps():
    answer, asked = answered(*["again"] * 9, steps=3)
    assert len(asked) == 3
    assert (answer.outcome, answer.why) == ("unparsed", "no finish[…] within 3 steps")


def test_an_observation_is_cut():
    _, asked = answered(" x\nAction: calculator[10 ** 50]", "\nAction: finish[1]", longest=5)
    assert "Observation: 10000 … (cut)\nThought:" in asked[1]


def test_demonstrations_act_as_they_ask_the_model_to():
    demos = [
        Example(Question("d", "2 * 3?"), "6", "Two times three.\nThat is 6."),
        Example(Question("e", "Which?", ("red", "blue")), "B"),
    ]
    strategy = ReAct(Task(answer="number"), TOOLS)
    prompt = next(strategy.solve(QUESTION, demos))[0].prompt.text
    assert "\nA: Thought: Two times three. That is 6.\nAction: finish[6]\n\n" in prompt
    assert "(B) blue\nA: Action: finish[B]\n\n" in prompt
    assert "The answer is" not in prompt


@pytest.mark.parametrize(("tools", "steps"), [(TOOLS, 0), ({"finish": "ends"}, 6)])
def test_there_are_steps_and_no_tool_that_ends(tools, steps):
    with pytest.raises(ValueError, match="expected at least 1 step, and no tool that is called"):
        ReAct(Task(), tools, steps=steps)


def test_without_tools_it_is_refused():
    with pytest.raises(ValueError, match=r"no tools to call; expected .*: tool=calculator"):
        ReAct(Task(), {})


def test_a_tool_says_itself_what_it_does():
    answer, asked = answered_with({"calculator": Calculator()}, "\nAction: finish[1]")
    assert f"calculator[input]: {Calculator().description}, and" in asked[0]
    assert answer.text == "1"


def answered_with(tools, *said, **fields):
    model = Model(*said)
    strategy = ReAct(Task(answer="number"), tools, **fields)
    route = Route({"model": model}, {"calculator": Calculator()})
    return solve(strategy.solve(QUESTION, ()), route), model.asked


MANY = {
    "stars": "says where the moon and the stars are",
    "calculator": "computes what is 3 * 4",
    "search": "searches a corpus for passages",
    "weather": "says whether it will rain",
}
BY_WORDS = BM25(0, idf="lucene", text="{context}", query="{question}")


def test_with_many_tools_those_that_the_question_is_like_are_offered():
    answer, asked = answered_with(
        MANY,
        " x\nAction: weather[now]",
        " y\nAction: calculator[3 * 4]",
        "\nAction: finish[12]",
        offered=2,
        search=BY_WORDS,
    )
    assert answer.text == "12"
    offered = "stars[input]: says where the moon and the stars are; calculator[input]: computes"
    assert all(offered in prompt for prompt in asked)
    assert all("weather[input]" not in prompt for prompt in asked)
    assert "Observation: there is no tool weather; there are stars, calculator" in asked[1]
    assert "Observation: 12" in asked[2]


def test_no_more_tools_are_offered_than_there_are():
    _, asked = answered_with(MANY, "\nAction: finish[1]", offered=9, search=BY_WORDS)
    assert all(f"{name}[input]" in asked[0] for name in MANY)


@pytest.mark.parametrize("fields", [{"offered": 2}, {"offered": 0, "search": BY_WORDS}])
def test_what_is_offered_needs_a_number_and_a_way_to_choose(fields):
    with pytest.raises(ValueError, match="expected at least 1 tool, and a selection that ranks"):
        ReAct(Task(), MANY, **fields)


def test_tools_are_ranked_by_what_ranks_by_itself():
    with pytest.raises(ValueError, match=r"strategy\.search is Zero, which asks a model or"):
        answered_with(MANY, offered=1, search=Zero())


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (" x\nAction 1: finish[13]", "13"),
        (" x\nAction: finish[13].", "13"),
        (" x\nAction: finish[13", "13"),
        (" it is so. Action: finish[13]", "13"),
        (" x\n**Action:** finish[13]", "13"),
    ],
)
def test_an_action_is_read_with_a_number_a_point_or_an_open_end(said, answer):
    assert answered(said)[0].text == answer


def test_brackets_in_the_texts_of_a_program_close_no_action():
    program = (
        'def f(s):\n    t = []\n    for c in s:\n        if c == "[":\n            t.append(c)'
    )
    for told in (f"```python\n{program}\n```", f"\n{program}\n"):
        strategy = ReAct(Task(answer="code"), TOOLS)
        route = Route({"model": Model(f" x\nAction: finish[{told}]")}, {})
        assert solve(strategy.solve(QUESTION, ()), route).text == program


class Finding:
    description, pure = "searches", True

    def __call__(self, text):
        return "[1] It is Paris.\n[2] It is not Rome."


def test_what_cites_what_a_tool_found_is_no_part_of_an_answer():
    strategy = ReAct(Task(answer="text"), {"look-up": "searches"})
    model = Model(" x\nAction: look-up[capital]", " y\nAction: finish[Paris [1]]")
    said = solve(strategy.solve(QUESTION, ()), Route({"model": model}, {"look-up": Finding()}))
    assert said.text == "Paris"
