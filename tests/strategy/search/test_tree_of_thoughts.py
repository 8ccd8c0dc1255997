"""Tree of thoughts: steps are grown, judged, kept or given up, and the answer comes last."""

import itertools
from dataclasses import replace

import pytest
from laws import built, driven

from promptlab.strategy.direct import Direct
from promptlab.strategy.search.judgement import Judgement
from promptlab.strategy.search.thoughts import Thoughts
from promptlab.strategy.search.tree_of_thoughts import TreeOfThoughts, ranked
from promptlab.types import Completion, Question, Sampling, Task

TASK = Task(answer="number")
QUESTION = Question("q", "Which way?")
GROWING, JUDGING = 256, 128


def steps_of(text):
    """Return the steps that a prompt shows, joined."""
    return "".join(text.partition("Steps so far:\n")[2].partition("\nQ:")[0].split("\n"))


def searched(grow, judge, answer, **fields):
    """Search; each kind of request is replied to by a function of the steps so far."""
    seen = []

    def reply(request):
        kind, steps = request.sampling.max_tokens, steps_of(request.text)
        name, said = (
            ("grow", grow)
            if kind == GROWING
            else ("judge", judge)
            if kind == JUDGING
            else ("answer", answer)
        )
        seen.append((name, steps))
        return Completion(said(steps))

    strategy = TreeOfThoughts(
        Direct(TASK), judgement=Judgement(repeat=1), task=TASK, **{"depth": 2, **fields}
    )
    batches, found = driven(strategy.solve(QUESTION, ()), reply)
    return seen, found, batches


def test_breadth_first_keeps_the_best_of_each_depth_and_takes_the_best_answer():
    worth = {"a": "sure", "b": "likely", "ba": "sure", "aa": "likely", "aa1": "impossible"}
    seen, found, batches = searched(
        lambda steps: "a\nb\nc",
        lambda steps: worth.get(steps, "impossible"),
        lambda steps: {"ba": "2", "aa": "1"}[steps],
        breadth=2,
    )
    assert [steps for name, steps in seen if name == "grow"] == ["", "a", "b"]
    judged = [steps for name, steps in seen if name == "judge"]
    assert judged == ["a", "b", "c", "aa", "ab", "ac", "ba", "bb", "bc", "ba2", "aa1"]
    assert [steps for name, steps in seen if name == "answer"] == ["ba", "aa"]
    assert list(map(len, batches)) == [1, 3, 2, 6, 2, 2]
    assert (found.text, found.rationale) == ("2", "b\na")
    assert found.votes == (("2", 0.001), ("1", 0.001))


def test_depth_first_turns_back_where_nothing_promising_is_left():
    """a leads nowhere, b to an answer that is refused, and c to one that is taken."""
    worth = {"a": "sure", "b": "likely", "ba": "sure", "bb": "likely", "bb2": "sure"}
    seen, found, _ = searched(
        lambda steps: "a\nb\nc",
        lambda steps: worth.get(steps, "impossible"),
        lambda steps: {"ba": "1", "bb": "2"}[steps],
        traversal="dfs",
    )
    assert [steps for name, steps in seen if name == "grow"] == ["", "a", "b"]
    assert [steps for name, steps in seen if name == "answer"] == ["ba", "bb"]
    assert (found.text, found.rationale) == ("2", "b\nb")


def test_depth_first_that_finds_nothing_takes_the_best_of_what_it_refused():
    said = {"aa": "1", "ab": "2", "ba": "3", "bb": "4"}
    seen, found, _ = searched(
        lambda _: "a\nb",
        lambda steps: "impossible" if steps[-1].isdigit() else "sure",
        lambda steps: said[steps],
        traversal="dfs",
    )
    assert [steps for name, steps in seen if name == "answer"] == list(said)
    assert found.text == "1"
    assert found.votes == (("1", 0.001), ("2", 0.001), ("3", 0.001), ("4", 0.001))


def test_where_all_is_given_up_the_deepest_state_is_answered():
    seen, found, _ = searched(
        lambda steps: "a" if not steps else "b",
        lambda steps: "sure" if steps == "a" else "impossible",
        lambda steps: "7",
        traversal="dfs",
    )
    assert seen[-1] == ("answer", "a")
    assert found.text == "7"


@pytest.mark.parametrize("traversal", ["bfs", "dfs"])
def test_where_nothing_grows_the_question_is_asked_as_it_is(traversal):
    seen, found, _ = searched(lambda _: "", str, lambda _: "7", traversal=traversal)
    assert seen == [("grow", ""), ("answer", "")]
    assert found.text == "7"


@pytest.mark.parametrize("traversal", ["bfs", "dfs"])
def test_it_ends_with_a_model_that_always_goes_on_and_never_has_an_answer(traversal):
    numbers = itertools.count()
    seen, found, batches = searched(
        lambda _: "\n".join(f"step {next(numbers)}" for _ in range(99)),
        lambda _: "sure",
        lambda _: "none",
        traversal=traversal,
        depth=3,
        most=40,
    )
    assert found.outcome == "unparsed"
    grown = sum(name == "grow" for name, _ in seen)
    assert grown == (11 if traversal == "bfs" else 10)
    assert len(batches) == (7 if traversal == "bfs" else 2 * 10 + 30 + 1)


def test_a_step_that_gives_an_answer_is_not_grown_any_further():
    seen, _, _ = searched(
        lambda steps: "The answer is 7.\nb", lambda _: "sure", lambda _: "7", breadth=2
    )
    grown = [steps for name, steps in seen if name == "grow"]
    assert grown == ["", "b"]


def test_voted_and_sampled_as_for_a_text():
    strategy = TreeOfThoughts(
        Direct(TASK),
        Thoughts("sample", most=3, sampling=Sampling(0.7, max_tokens=GROWING)),
        Judgement("vote", repeat=5),
        depth=1,
        breadth=1,
    )
    seen = []

    def reply(request):
        seen.append(request)
        if request.sampling.max_tokens == GROWING:
            return Completion(f"plan {request.sampling.draw}")
        return Completion("The best choice is 3" if "Choice 1" in request.text else "7")

    _, found = driven(strategy.solve(QUESTION, ()), reply)
    assert len(seen) == 3 + 5 + 1
    assert (found.text, found.rationale) == ("7", "plan 2")


def test_the_yaml_has_the_settings_of_the_class():
    made = built("strategy", "tree_of_thoughts")
    thoughts = replace(made.thoughts, template=Thoughts().template)
    judgement = replace(made.judgement, template=Thoughts().template)
    same = replace(made, inner=Direct(TASK), thoughts=thoughts, judgement=judgement, task=Task())
    assert same == TreeOfThoughts(Direct(TASK))


def test_equal_states_stay_as_they_came():
    states = [("a",), ("b",), ("c",)]
    assert ranked(states, [1, 2, 2]) == [(("b",), 2), (("c",), 2), (("a",), 1)]


@pytest.mark.parametrize(
    "fields", [{"traversal": "astar"}, {"depth": 0}, {"breadth": 0}, {"most": 0}]
)
def test_what_is_no_bounded_search_is_refused(fields):
    with pytest.raises(ValueError, match="expected"):
        TreeOfThoughts(Direct(TASK), **fields)
