"""What bitsandbytes warns of wherever it is installed, used or not."""

import logging


def quiet_bitsandbytes() -> None:
    """Have it keep its warnings to itself; to be called before it is imported.

    sentence-transformers imports peft, and peft imports it: it misses kernels that only 4-bit
    weights would take, and warns at every layer of its own rounding of activations.
    """
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
