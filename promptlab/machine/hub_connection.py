"""The Hugging Face hub where it cannot be reached: said in a second, and its cache used at once.

The hub's client asks six times for a file that it has not, with longer and longer pauses: half a
minute for each file, and longer where a firewall drops what is sent. One short question tells
beforehand whether the hub is there. A slow network only has to connect within `PATIENCE`; all else
is left to the client and its retries.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

PATIENCE = 10.0
"""Seconds to wait for a connection; it is the client's own default."""

MINUTE = 60.0
"""Seconds after which the question is asked again: networks come and go."""

AGAIN = 1.0
"""Seconds until the second try, for a name sometimes fails to resolve once."""


@contextmanager
def offline_where_unreachable() -> Iterator[None]:
    """Serve what is asked of the hub from its cache alone, where the hub cannot be reached.

    It is what HF_HUB_OFFLINE=1 in the environment does, for as long as this lasts.
    """
    from huggingface_hub import constants  # noqa: PLC0415  half a second, and rarely needed

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or bool(out_of_reach())
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def out_of_reach() -> str:
    """Say why nothing new comes from the hub; empty where it can be connected to.

    Only a connection that fails counts; whatever is answered, and however slowly, is an answer.
    """
    from huggingface_hub import constants, is_offline_mode  # noqa: PLC0415  as above

    if is_offline_mode():
        return "the hub is not asked, because HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE is set"
    failure = _failure(constants.ENDPOINT, int(time.monotonic() // MINUTE))
    return failure and f"the hub {constants.ENDPOINT} cannot be reached from here ({failure})"


@lru_cache(maxsize=1)
def _failure(endpoint: str, minute: int) -> str:  # noqa: ARG001  an answer lasts its minute
    """Connect to the hub; return what went wrong, empty where nothing did."""
    import httpx  # noqa: PLC0415  as above

    for pause in (AGAIN, 0.0):
        try:
            _ask(endpoint)
        except httpx.ConnectTimeout:
            return f"no connection within {PATIENCE:.0f} seconds"
        except httpx.ConnectError as error:
            said = str(error)
            time.sleep(pause)
        except httpx.HTTPError:
            return ""
        else:
            return ""
    return said


def _ask(endpoint: str) -> None:
    """Ask for anything, by the client's own session: with its proxies and certificates."""
    from huggingface_hub import get_session  # noqa: PLC0415  as above

    get_session().head(endpoint, timeout=PATIENCE)
