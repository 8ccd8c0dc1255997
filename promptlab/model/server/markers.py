"""What the turns of chat templates are written with, whichever family of models it is.

For servers that tokenise by themselves: most of them read such words in a message as the special
tokens that they name, and no field of OpenAI's protocol says that they are text.
"""

import re
import warnings
from collections.abc import Iterable
from functools import lru_cache

MARKER = re.compile(
    r"<\|[^|<>\s]{1,40}\|>|<｜[^｜<>\s]{1,40}｜>"
    r"|</?s>|<(?:bos|eos)>|<(?:start|end)_of_turn>|<\|?turn\|?>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>"
    r"|</?tool_(?:call|response)>"
)


def warn_of_markers(texts: Iterable[str], server: str) -> None:
    """Say, once for each marker and server, that a text has what may be read as a chat marker."""
    found = next((match[0] for text in texts if (match := MARKER.search(text))), None)
    if found is not None:
        _warn(found, server)


@lru_cache(maxsize=256)
def _warn(found: str, server: str) -> None:
    warnings.warn(
        f"a prompt has {found} in its text, which {server} may read as a special token that begins "
        "or ends a turn: set model.tokenizer to the model's name on the Hugging Face hub, and such "
        "a prompt is sent as token ids, in which it is text",
        stacklevel=2,
    )
