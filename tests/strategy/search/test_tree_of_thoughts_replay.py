"""A search over GPT-4's recorded thoughts and judgements of the Game of 24 goes their way."""

import json
from functools import cache
from pathlib import Path

import pytest
from laws import driven

from promptlab.metric.math.game_of_24 import GameOf24
from promptlab.strategy.direct import Direct
from promptlab.strategy.search.judgement import Judgement
from promptlab.strategy.search.thoughts import Thoughts
from promptlab.strategy.search.tree_of_thoughts import TreeOfThoughts, ranked
from promptlab.types import Answer, Completion, Example, Question, Task

FILE = Path(__file__).resolve().parents[3].parent / "shared/data/outputs/game24_tot/tot_b5.jsonl"
WORTH = {"sure": 20.0, "likely": 1.0, "impossible": 0.001}
PROPOSING, JUDGING = 256, 128

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="needs the recorded Game of 24 search")


@cache
def rows():
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def test_the_states_kept_of_each_step_are_those_that_were_kept():
    steps = [step for row in rows() for step in row["steps"]]
    kept = [
        [state for (state,), _ in ranked([(each,) for each in step["new_ys"]], step["values"])[:5]]
        for step in steps
    ]
    assert len(kept) == 400
    assert kept == [step["select_new_ys"] for step in steps]


def words(value):
    """Return the three words whose weights a recorded value is the sum of."""
    said = []
    for word, weight in WORTH.items():
        count = int(value / weight + 1e-6)
        said += [word] * count
        value -= count * weight
    return (*said, "", "", "")[:3]


def searched(row):
    """Search as recorded, four steps deep; return the states that are left, as they were asked."""
    grown, worth, left = {}, {}, []
    for step in row["steps"]:
        for state in step["ys"]:
            found = [each for each in step["new_ys"] if each.startswith(state)]
            grown[state] = "\n".join(each[len(state) :].strip("\n") for each in found)
        for state, value in zip(step["new_ys"], step["values"], strict=True):
            worth.setdefault(state, words(value))

    def reply(request):
        said = request.text.partition("Steps so far:\n")[2].partition("\nQ:")[0]
        state = f"{said}\n" if said else ""
        if request.sampling.max_tokens == PROPOSING:
            return Completion(grown.get(state, ""))
        if request.sampling.max_tokens == JUDGING:
            return Completion(worth[state][request.sampling.draw] if state in worth else "")
        left.append(state)
        return Completion("")

    task = Task(answer="number")
    strategy = TreeOfThoughts(Direct(task), Thoughts(most=100), Judgement(), depth=4, task=task)
    driven(strategy.solve(Question("q", row["question"]), ()), reply)
    return left


def test_nearly_all_puzzles_end_with_the_recorded_states_and_as_many_are_solved():
    """In the other three a blank line, the mark of a list, or one thought twice was kept."""
    check = GameOf24()
    ends = [searched(row) for row in rows()]
    assert sum(end == row["outputs"] for end, row in zip(ends, rows(), strict=True)) == 97
    right = [
        [check(Answer(state), Example(Question("q", row["question"]), "")) for state in end]
        for end, row in zip(ends, rows(), strict=True)
    ]
    assert sum(map(any, right)) == 69
    assert sum(each[0] for each in right) == 62
