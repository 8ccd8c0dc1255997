"""Where k is 0 nothing is selected, and nothing is asked, read or learned for it."""

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.export.frozen import freeze
from promptlab.program import lifted, solve
from promptlab.selection.learned.one_shot_gain import OneShotGain
from promptlab.selection.random import Random
from promptlab.selection.zero import Zero
from promptlab.stages import fit_selection, shows_nobody
from promptlab.types import Example, Question, Task

ASKING = [
    "influence",
    "one_shot_gain",
    "confidence_vote_k",
    "epr",
    "bootstrap",
    "uncertain",
    "mdl",
    "two_pass",
]
FREE = ["knn", "cluster", "balanced", "memory"]


class Unasked:
    """A model that nobody asks."""

    def answer(self, requests):
        raise AssertionError(requests)


@pytest.mark.parametrize("selection", ASKING + FREE)
def test_nothing_is_asked_to_show_nobody(selection, tmp_path):
    told = ["dataset=question_types", "dataset.pool_limit=30", "tracking=none", "k=0"]
    experiment = build(compose([*told, f"selection={selection}"]))
    fitting = lifted(fit_selection(experiment.selection, experiment.dataset.pool))
    select = solve(fitting, Unasked())
    assert solve(lifted(select(Question("q", "?"))), Unasked()) == ()


def test_a_selection_that_has_no_k_is_fitted():
    assert shows_nobody(Random(0))
    assert not shows_nobody(Random(1))
    assert not shows_nobody(Zero())


@pytest.mark.parametrize("selection", [OneShotGain(0, Task()), Random(0)], ids=["asks", "asks not"])
def test_a_winner_that_shows_nobody_needs_no_pool(selection):
    pool = (Example(Question("p", "?"), "x"),)
    frozen = freeze({}, selection, fit_selection(selection, pool), pool)
    assert (frozen.selection, frozen.pool, frozen.fixed) == (Zero(), (), True)
