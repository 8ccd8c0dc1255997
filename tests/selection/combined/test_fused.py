import numpy as np
import pytest

from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.selection.combined.fused import Fused
from promptlab.selection.diverse.mmr import MMR
from promptlab.selection.first import First
from promptlab.selection.learned.one_shot_gain import OneShotGain
from promptlab.selection.pool import Pool
from promptlab.selection.ranker import FixedRanking, Hit
from promptlab.types import Example, Question, Task

POOL = [Example(Question(f"pool-{name}", name), "") for name in "abcd"]
ASKED = Question("q", "asked")


class Given:
    """Ranks the pool as it is told: letters with their scores."""

    def __init__(self, **scores):
        self.scores = scores

    def fit(self, pool):
        names = [example.question.text for example in pool]
        hits = [Hit(names.index(name), score) for name, score in self.scores.items()]
        return FixedRanking(Pool.of(pool, 0), hits, len(hits))


def hits(fused, count=4):
    found = solve(lifted(fused.fit(POOL)), Scripted()).ranked(ASKED, count)
    return {POOL[hit.index].question.text: hit.score for hit in found}


ONE, OTHER = Given(a=9.0, b=5.0, c=1.0), Given(c=0.3, a=0.2, d=0.1)


def test_reciprocal_ranks_are_added():
    expected = {"a": 1 / 61 + 1 / 62, "c": 1 / 63 + 1 / 61, "b": 1 / 62, "d": 1 / 63}
    assert hits(Fused(2, {"one": ONE, "other": OTHER})) == pytest.approx(expected)
    assert list(hits(Fused(2, {"one": ONE, "other": OTHER}))) == ["a", "c", "b", "d"]


def test_scaled_scores_are_added_with_their_weights():
    fused = Fused(2, {"one": ONE, "other": OTHER}, by="score", weights={"other": 3.0})
    expected = {"c": 0 + 3.0, "a": 1 + 3 * 0.5, "b": 0.5, "d": 0.0}
    assert hits(fused) == pytest.approx(expected)
    assert list(hits(fused)) == ["c", "a", "b", "d"]


def test_a_weight_of_nothing_leaves_the_others_order():
    fused = Fused(2, {"one": ONE, "other": OTHER}, weights={"one": 0.0})
    assert list(hits(fused))[:3] == ["c", "a", "d"]


def test_ties_go_to_the_member_that_the_pool_has_first():
    assert list(hits(Fused(2, {"x": Given(d=1.0, b=0.0), "y": Given(b=1.0, d=0.0)}))) == ["b", "d"]


def test_what_is_no_candidate_follows_as_it_was():
    fused = Fused(1, {"one": ONE, "other": OTHER}, candidates=1)
    assert list(hits(fused)) == ["a", "c", "b", "d"]
    assert hits(fused)["b"] == 0


def test_the_question_itself_is_left_out():
    fused = Fused(2, {"one": First(2), "other": First(2)})
    assert [demo.id for demo in fused.fit(POOL)(POOL[0].question)] == ["pool-b", "pool-c"]


def test_selections_that_ask_while_they_fit_are_answered():
    task = Task(answer="label", labels=("yes", "no"))
    fused = Fused(2, {"helpful": OneShotGain(2, task), "first": First(2)})
    select = solve(lifted(fused.fit(POOL)), Scripted())
    assert len(select(ASKED)) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"by": "votes"}, "expected rank or score"),
        ({"weights": {"third": 1.0}}, "weights names third; the selections are one"),
        ({"weights": {"one": -1.0}}, "expected weights and a constant of 0 or more"),
        ({"weights": {"one": float("nan")}}, "expected weights"),
        ({"candidates": 0}, "at least 1 candidate"),
    ],
)
def test_what_makes_no_sense_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Fused(1, {"one": ONE}, **fields)


def test_no_selections_are_refused():
    with pytest.raises(ValueError, match="inners is empty"):
        Fused(1, {})


def test_what_was_chosen_for_variety_counts_by_its_place_and_not_by_its_similarity():
    members = [Example(Question(name, name), "") for name in "bcd"]

    class Placed:
        identity = "placed for variety"

        def encode(self, texts):
            known = {"asked": (1, 0), "b": (1, 0), "c": (0.96, 0.28), "d": (0.8, -0.6)}
            return np.array([known[text] for text in texts], dtype=np.float32)

    varied = MMR(2, First(3), Placed(), 0.3)
    assert [hit.index for hit in varied.fit(members).ranked(ASKED, 3)] == [0, 2, 1]
    fused = Fused(3, {"varied": varied}, by="score")
    assert [demo.id for demo in fused.fit(members)(ASKED)] == ["b", "d", "c"]
