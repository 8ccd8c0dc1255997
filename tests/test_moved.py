import pytest

from promptlab.cli.config.component import component
from promptlab.export.component import find
from promptlab.moved import current
from promptlab.selection.dense.knn import KNN
from promptlab.strategy.voting.vote import Vote


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("promptlab.selection.knn.KNN", "promptlab.selection.dense.knn.KNN"),
        ("promptlab.strategy.cot.ChainOfThought", "promptlab.strategy.thought.cot.ChainOfThought"),
        ("promptlab.strategy.direct.Direct", "promptlab.strategy.direct.Direct"),
        ("promptlab.selection.dense.knn.KNN", "promptlab.selection.dense.knn.KNN"),
        ("promptlab.selection.nowhere.None", "promptlab.selection.nowhere.None"),
        ("promptlab.selection.../knn.KNN", "promptlab.selection.../knn.KNN"),
        ("promptlab.*.knn.KNN", "promptlab.*.knn.KNN"),
        ("mine.selection.knn.KNN", "mine.selection.knn.KNN"),
        ("promptlab", "promptlab"),
    ],
)
def test_a_module_that_moved_is_found_by_the_name_it_had(before, now):
    assert current(before) == now


def test_configs_and_winners_of_before_are_read():
    assert find("promptlab.selection.knn.KNN", "selection") is KNN
    node = {"_target_": "promptlab.strategy.vote.Vote"}
    assert component("vote", node) == Vote()
