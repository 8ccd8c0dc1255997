"""Programs are run with their tests; pass@k is what counting all choices of k draws says."""

import itertools
import json

import pytest
from laws import driven

from promptlab.cli.config.compose import build, compose
from promptlab.metric.code.harness import Fields, with_tests
from promptlab.metric.code.pass_at_k import pass_at_k
from promptlab.metric.code.passed import Passed
from promptlab.protocols import ProgramFailed
from promptlab.types import Answer, Example, Failed, Question, RequestFailed, Result

ADD = 'def add(a, b):\n    """Add them."""\n'
CHECK = "def check(f):\n    assert f(1, 2) == 3\n    assert f(-1, 1) == 0\n"
PROBLEMS = [
    {
        "id": "add",
        "question": ADD,
        "answer": "    return a + b",
        "test": CHECK,
        "entry_point": "add",
    },
    {
        "id": "倒序",
        "question": "写一个函数 reversed_text(text)，把文字倒过来。",
        "answer": "def reversed_text(text):\n    return text[::-1]",
        "test": ["assert reversed_text('甲乙') == '乙甲'", "assert reversed_text('') == ''"],
    },
    {
        "id": "area",
        "question": "Write circle(r), the area of a circle.",
        "answer": "def circle(r):\n    return math.pi * r ** 2",
        "test": "assert abs(circle(2) - 12.566370614) < 1e-6",
        "test_setup": "import math",
    },
]


def example(test=CHECK, entry="add", text=ADD):
    return Example(Question("q", text, metadata={"test": test, "entry_point": entry}), "")


@pytest.mark.parametrize("draws", [1, 2, 5, 7])
def test_pass_at_k_is_the_share_of_choices_in_which_one_passes(draws):
    for passing, k in itertools.product(range(draws + 1), range(1, draws + 1)):
        chosen = list(itertools.combinations(range(draws), k))
        share = sum(any(draw < passing for draw in each) for each in chosen) / len(chosen)
        assert pass_at_k(draws, passing, k) == pytest.approx(share, abs=1e-12)


def test_pass_at_k_of_many_draws_is_exact():
    assert pass_at_k(200, 1, 100) == 0.5
    assert pass_at_k(10_000, 0, 10) == 0.0


@pytest.mark.parametrize(("draws", "passing", "k"), [(3, 1, 4), (3, 4, 1), (3, 1, 0), (3, -1, 1)])
def test_pass_at_k_of_fewer_draws_is_refused(draws, passing, k):
    with pytest.raises(ValueError, match="expected 1 <= k <= draws"):
        pass_at_k(draws, passing, k)


@pytest.mark.parametrize(
    ("answer", "begins"),
    [
        ("    return a + b", f"{ADD}\n    return a + b"),
        ("return a + b", f"{ADD}\n    return a + b"),
        ("\n    return a + b", f"{ADD}\n\n    return a + b"),
        ("def add(a, b):\n    return a + b", f"{ADD}\ndef add(a, b):\n    return a + b"),
    ],
)
def test_a_body_and_a_whole_function_stand_after_the_question(answer, begins):
    source, word = with_tests(answer, example(), Fields())
    assert source.strip().startswith(begins)
    assert source.endswith(f"check(add)\nprint()\nprint({word!r})\n")
    assert word not in source.removesuffix(f"print({word!r})\n")


def test_a_name_that_is_none_is_not_called():
    assert (
        "check(" not in with_tests("x = 1", example("assert x", "x); import os; (x"), Fields())[0]
    )


def test_the_line_of_one_program_is_not_that_of_another():
    assert (
        with_tests("x = 1", example(), Fields())[1] != with_tests("x = 2", example(), Fields())[1]
    )


@pytest.mark.parametrize("test", [None, "", " ", [], {"a": 1}])
def test_a_record_without_tests_is_said(test):
    with pytest.raises(RequestFailed, match=r"no tests in its field 'test'; expected a text"):
        with_tests("x", example(test), Fields())


def passing(*right):
    """Reply as a tool would whose programs pass where they hold one of these texts."""

    def reply(request):
        if not any(text in request.input for text in right):
            return Failed(ProgramFailed("the program failed: AssertionError"))
        return Result(f"some output\n{request.input.split(repr(''))[0][-67:-3]}")

    return reply


def test_every_draw_counts_and_the_answer_is_the_most_voted():
    answer = Answer("a - b", votes=(("a - b", 3.0), ("a + b", 1.0), ("b + a", 1.0)))
    (asked,), scores = driven(Passed((1, 2), 6)(answer, example()), passing("a + b", "b + a"))
    assert len(asked) == 3
    assert scores == {"accuracy": 0.0, "pass_at_1": 2 / 6, "pass_at_2": 1 - 6 / 15}


def test_a_program_that_says_nothing_at_the_end_or_ends_before_has_not_passed():
    for said in ("", "passed", "ok\n\n"):
        _, scores = driven(Passed()(Answer("x"), example()), lambda _, s=said: Result(s))
        assert scores == {"accuracy": 0.0, "pass_at_1": 0.0}


def test_an_answer_that_was_not_found_passes_nothing_and_nobody_is_asked():
    batches, scores = driven(Passed()(Answer("", outcome="unparsed"), example()), None)
    assert (batches, scores) == ([], {"accuracy": 0.0, "pass_at_1": 0.0})


def test_what_is_no_fault_of_the_program_is_no_score():
    with pytest.raises(RequestFailed, match="not installed"):
        driven(Passed()(Answer("x"), example()), lambda _: Failed(RequestFailed("not installed")))
    with pytest.raises(RequestFailed, match="0.5 votes; expected a number of draws"):
        driven(Passed()(Answer("x", votes=(("x", 0.5),)), example()), passing("x"))


def test_of_weighed_votes_the_answer_that_won_is_the_only_draw():
    answer = Answer("a + b", votes=(("a + b", 1.0), ("a - b", 1.0), ("b", 0.25)))
    (asked,), scores = driven(Passed((1,), 8, "verifier")(answer, example()), passing("a + b"))
    assert (len(asked), scores) == (1, {"accuracy": 1.0, "pass_at_1": 1.0})
    with pytest.raises(
        ValueError, match="weighed by verifier: they choose one answer of the draws"
    ):
        Passed([1, 2], 8, "verifier")


def test_more_than_is_drawn_is_refused_before_anything_is_asked():
    with pytest.raises(ValueError, match=r"k is \[1, 5\] of 2 draws; expected .*samples=10"):
        Passed([1, 5], 2)


def test_without_a_tool_the_run_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"metric accuracy calls the tool 'python'.*tool=python"):
        build(compose([*words(tmp_path), "tool=none"]))


def words(folder, problems=PROBLEMS):
    path = folder / "test.jsonl"
    path.write_text("\n".join(map(json.dumps, problems)), "utf-8")
    stages = ["selection=zero", "metric=code", "tool=python", "model=scripted", "tracking=none"]
    return ["dataset=code", f"dataset.path={path}", *stages]


def replayed(folder, problems, outputs, *overrides):
    """Run the experiment on recorded replies, one list for each problem."""
    path = folder / "replies.jsonl"
    rows = [
        {"question": problem["question"], "outputs": said}
        for problem, said in zip(problems, outputs, strict=True)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    cfg = compose([*words(folder, problems), "model=replay", f"model.path={path}", *overrides])
    cfg.folder = str(folder / "run")
    return build(cfg)()


def test_three_problems_are_run_from_their_replies_to_their_scores(tmp_path):
    pytest.importorskip("pydantic_monty")
    right = [[f"```python\n{each['answer']}\n```"] for each in PROBLEMS]
    assert replayed(tmp_path, PROBLEMS, right)["metrics"]["accuracy"] == 1.0


def test_draws_of_three_problems_have_the_pass_at_k_of_their_counts(tmp_path):
    pytest.importorskip("pydantic_monty")
    wrong = "raise SystemExit(0)"
    outputs = [[each["answer"], each["answer"], wrong, wrong] for each in PROBLEMS]
    outputs[1] = ["", wrong, wrong, wrong]
    drawn = ("strategy=self_consistency", "strategy@strategy.inner=direct", "strategy.samples=4")
    found = replayed(tmp_path, PROBLEMS, outputs, *drawn, "metric.accuracy.k=[1,2]")["metrics"]
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["pass_at_1"] == pytest.approx((0.5 + 0 + 0.5) / 3)
    assert found["pass_at_2"] == pytest.approx(2 * (1 - 1 / 6) / 3)


def test_tests_decide_also_where_no_solution_is_known(tmp_path):
    pytest.importorskip("pydantic_monty")
    unsolved = [{key: held for key, held in each.items() if key != "answer"} for each in PROBLEMS]
    right = [[PROBLEMS[0]["answer"]], ["x = 1"], [PROBLEMS[2]["answer"]]]
    metrics = replayed(tmp_path, unsolved, right)["metrics"]
    assert metrics["accuracy"] == metrics["pass_at_1"] == pytest.approx(2 / 3)
