"""What inspect measures, by its definitions, on vectors that are seen through."""

from math import log

import numpy as np
import pytest

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.analysis.inspection.label_shares import label_shares
from promptlab.analysis.inspection.measures import balance, measures, overlap
from promptlab.analysis.inspection.places import on_a_plane, vectors_of
from promptlab.types import Dataset, Example, Question, Task

POOL = tuple(Example(Question(name, name), name[0]) for name in ("a1", "a2", "b1", "b2"))
TEST = (Example(Question("q", "q"), "a"), Example(Question("r", "r"), "b"))
LABELS = Dataset("d", Task(answer="label", labels=("a", "b")), POOL, TEST)
A1, A2, B1, B2 = POOL
PLANE = {"a1": (1, 0), "a2": (0.6, 0.8), "b1": (0, 1), "b2": (-1, 0), "q": (1, 0), "r": (0, 1)}
VECTORS = {name: np.array(place, dtype=np.float32) for name, place in PLANE.items()}


def measured(*demos, tokens=(), dataset=LABELS):
    return measures(Chosen("one", dataset, demos, tokens), VECTORS, VECTORS)


def test_each_measure_is_its_definition():
    found = measured((A1, A2), (A2, B2), tokens=(10, 30))
    assert found == pytest.approx(
        {
            "asked": 2,
            "shown": 3 / 4,
            "labels_apart": (abs(3 / 4 - 1 / 2) + abs(1 / 4 - 1 / 2)) / 2,
            "label_entropy": (0 + 1) / 2,
            "vote": 1 / 2,
            "nearness": (1 + 0.8) / 2,
            "coverage": (1 + 1 + 0.8 + 1) / 4,
            "redundancy": (0.6 + -0.6) / 2,
            "tokens": 20,
        }
    )


def test_what_is_a_mean_over_questions_says_over_how_many():
    found = measured((A1, A2), ())
    assert (found["asked"], found["vote"], found["nearness"]) == (1, 1.0, 1.0)


def test_the_entropy_of_three_labels_is_a_share_of_the_most():
    pool = (*POOL, Example(Question("c1", "c1"), "c"))
    dataset = Dataset("d", Task(answer="label", labels=("a", "b", "c")), pool, TEST)
    vectors = {**VECTORS, "c1": np.array((0, -1), dtype=np.float32)}
    chosen = Chosen("one", dataset, ((A1, A2, B1), (A1, A2, B1)))
    entropy = -(2 / 3 * log(2 / 3) + 1 / 3 * log(1 / 3)) / log(3)
    assert measures(chosen, vectors, vectors)["label_entropy"] == pytest.approx(entropy)


def test_what_cannot_be_said_is_left_out():
    assert measured((), ()) == {"asked": 0.0, "shown": 0.0}
    numbers = Dataset("d", Task(answer="number"), POOL, TEST)
    assert {"vote", "labels_apart"}.isdisjoint(measured((A1,), (A1,), dataset=numbers))
    assert {"redundancy", "label_entropy"}.isdisjoint(measured((A1,), (B1,)))
    assert "tokens" not in measured((A1,), (B1,), tokens=(None, None))


def test_overlap_is_the_mean_jaccard_index():
    one, other = Chosen("x", LABELS, ((A1, A2), ())), Chosen("y", LABELS, ((A2, B1), ()))
    assert overlap(one, other) == pytest.approx((1 / 3 + 1) / 2)
    assert overlap(one, one) == 1.0


def test_the_balance_is_the_share_of_each_answer():
    assert balance((A1, A2, B1)) == pytest.approx({"a": 2 / 3, "b": 1 / 3})


def test_a_plane_keeps_distances_within_it_and_is_the_same_again():
    flat = np.array([[0, 0, 1], [3, 0, 1], [0, 4, 1], [3, 4, 1]], dtype=np.float32)
    placed = on_a_plane(flat)
    assert np.linalg.norm(placed[0] - placed[3]) == pytest.approx(5)
    assert np.array_equal(placed, on_a_plane(flat))
    assert on_a_plane(np.ones((3, 1), dtype=np.float32)).shape == (3, 2)


def test_texts_lie_near_each_other_by_their_words():
    same, alike, other = vectors_of(["红 cat", "红 cat sat", "dog"], None)
    assert same @ alike > 0.5 > same @ other


def test_the_shares_are_of_every_label_of_task_pool_and_test():
    task = Task(answer="label", labels=("c", "b", "a"))
    test = (*TEST, Example(Question("s", "s"), "d"), Example(Question("t", "t"), ""))
    dataset = Dataset("d", task, POOL[:3], test)
    found = label_shares([Chosen("one", dataset, ((A1, B1), (A2, A1), (), ()))])
    heads = label_shares([Chosen(name, dataset, ()) for name in ("pool", "label", "none")]).heads
    assert heads[-3:] == ("selection pool", "selection label", "none")
    assert found.heads == ("pool", "test", "one")
    assert found.rows == {
        "a": pytest.approx((2 / 3, 1 / 3, 3 / 4)),
        "b": pytest.approx((1 / 3, 1 / 3, 1 / 4)),
        "c": (0, 0, 0),
        "d": pytest.approx((0, 1 / 3, 0)),
    }
    assert found.missing == ["c", "d"]
    numbers = Dataset("d", Task(answer="number"), POOL, TEST[:1])
    assert not label_shares([Chosen("one", numbers, ((A1,),))]).rows
