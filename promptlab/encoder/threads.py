"""How many threads torch may use."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread, and put back what it found.

    Threads that share a question wait for each other longer than they work, and how they share it
    decides the last bits of its vector.
    """
    import torch  # noqa: PLC0415 (loaded with the model)

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
