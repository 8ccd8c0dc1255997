"""What libraries say that nobody asked for."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


def quiet_bitsandbytes() -> None:
    """Have it keep its warnings to itself; to be called before it is imported.

    sentence-transformers imports peft, and peft imports it: it misses kernels that only 4-bit
    weights would take, and warns at every layer of its own rounding of activations.
    """
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep the progress bars with which transformers reads and writes weights out of the output."""
    from transformers.utils import logging as bars  # noqa: PLC0415  seconds

    is_enabled = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if is_enabled:
            bars.enable_progress_bar()
