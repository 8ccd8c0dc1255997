"""What is freed is kept, so that it need not be asked for again."""

import ctypes
import resource
import subprocess
import sys

import pytest

from promptlab.engine.heap import keep_freed_memory

FAULTS = """
import resource, sys
import torch
from promptlab.engine.heap import keep_freed_memory
assert keep_freed_memory() if sys.argv[1] == "kept" else True
def work():
    for _ in range(50):
        parts = [torch.ones(1 << 20) for _ in range(4)]
        del parts
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(how):
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(not keep_freed_memory(), reason="this C library cannot be told")
def test_memory_that_was_freed_is_used_again_without_asking_the_system():
    pages = 50 * 4 * (4 << 20) // resource.getpagesize()
    assert _faults("kept") < pages / 100


HELD = """
import torch
from promptlab.engine.heap import give_back, keep_freed_memory
keep_freed_memory()
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
*parts, last = [torch.ones(1 << 20) for _ in range(200)]
del parts
before = resident()
give_back()
print(before - resident())
"""


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library gives nothing back"
)
def test_what_is_free_below_what_is_used_is_given_back():
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, check=True)
    assert int(done.stdout) * resource.getpagesize() > 500 << 20
