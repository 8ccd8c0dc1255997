"""Batches shrink until they fit."""

import copy

import pytest
import torch
from tiny_models import DEVICE
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

from promptlab.engine.memory import (
    CEILING,
    LEAST,
    MOST,
    TRUNKS,
    USUAL,
    Budget,
    budget,
    ceiling,
    free,
    held,
    taken,
    usual,
    weight_bytes,
)
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling

ON_A_CPU = pytest.mark.skipif(DEVICE != "cpu", reason="about the memory of a CPU's models")


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


@ON_A_CPU
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


@ON_A_CPU
def test_on_a_cpu_the_ceiling_is_in_bytes_whatever_is_free(models_by_name):
    for model in models_by_name.values():
        weights = model._model
        assert ceiling(weights) == CEILING
        tokens = budget(weights, 1 << 50).tokens
        assert tokens * held(weights) <= CEILING
        halved = copy.deepcopy(weights).to(torch.bfloat16)
        assert held(halved) * 2 == held(weights)


class Counted(TorchDispatchMode):
    """Usage the bytes of all keys and values that live at a time."""

    def __init__(self, heads, size):
        super().__init__()
        self.heads, self.size = heads, size
        self.living, self.most = {}, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        # Room is made as zeros, or as a view of pages.
        fresh = func is torch.ops.aten.new_zeros.default or (
            func is torch.ops.aten.view.default and args[0].dim() == 1
        )
        if fresh and made.dim() == 4 and made.shape[1::2] == (self.heads, self.size):
            storage = made.untyped_storage()
            self.living[StorageWeakRef(storage)] = storage.nbytes()
            self.living = {ref: size for ref, size in self.living.items() if not ref.expired()}
            self.most = max(self.most, sum(self.living.values()))
        return made


@pytest.mark.parametrize("alike", [0, 90])
def test_keys_and_values_stay_within_the_budget_as_rows_join_and_leave(folders, text, alike):
    tokens = 3000
    model = HuggingFace(str(folders["llama"]), device="cpu", dtype="float32", batch_tokens=tokens)
    requests = [
        Generate(
            text("Question: " * (alike // 9) + f"{number} apples " * (3 + 7 * number % 11)),
            Sampling(temperature=1.0, max_tokens=4 + 13 * number % 50),
        )
        for number in range(60)
    ]
    model.answer(requests[:1])
    with Counted(heads=2, size=8) as counted:
        model.answer(requests)
    most = tokens * held(model._model)
    assert most / 2 < counted.most <= most + most // TRUNKS


def test_what_is_usual_on_a_gpu_is_by_its_memory_alone(llama):
    weights = llama._model
    room = 2 * taken(weights)
    assert usual(weights, 2 * weight_bytes(weights) + MOST * room) == MOST
    assert usual(weights, 2 * weight_bytes(weights) + MOST * room - 2) == MOST // 2
    assert usual(weights, 0) == USUAL
