"""Batches shrink until they fit."""

import pytest
import torch

from promptlab.model.memory import LEAST, Budget, budget, free, taken


def test_work_that_runs_out_of_memory_is_done_again_with_half_of_it():
    tried, released = [], []

    def work(tokens):
        tried.append(tokens)
        if tokens > 2000:
            raise torch.OutOfMemoryError("full")
        return "done"

    small = Budget(8192)
    assert small.within(work, lambda: released.append(1)) == "done"
    assert tried == [8192, 4096, 2048, 1024]
    assert len(released) == 3
    assert small.within(work, lambda: None) == "done"
    assert tried[4:] == [1024]


def test_memory_that_is_never_enough_is_said():
    def work(tokens):
        raise torch.OutOfMemoryError("full")

    with pytest.raises(torch.OutOfMemoryError):
        Budget(LEAST * 4).within(work, lambda: None)


def test_on_a_cpu_a_batch_takes_half_of_the_free_memory_at_most(models_by_name):
    for model in models_by_name.values():
        weights = model._model
        assert budget(weights, 16_384).tokens == 16_384
        huge = budget(weights, 1 << 50).tokens
        assert LEAST <= huge < 1 << 50
        assert 2 * huge * taken(weights) <= free() * 2


def test_where_nothing_says_what_is_free_all_is_taken(tmp_path):
    assert free(tmp_path / "nothing") is None
    odd = tmp_path / "meminfo"
    odd.write_text("MemAvailable:  2048 kB\n")
    assert free(odd) == 2 << 20
