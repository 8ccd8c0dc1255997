"""Answer requests from the other end of a pipe: a line of JSON in, a line of JSON out.

What a tool prints goes to the error stream, so that replies stand alone.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

Reply = dict[str, Any]
"""With `seconds` and `answers`; what else it holds is kept as notes."""


def serve(start: Callable[[Mapping[str, Any]], Callable[[Mapping[str, Any]], Reply]]) -> None:
    """Start with the settings of the command line, say so, and answer until the input ends."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)
        answer = start(json.loads(sys.argv[1]))
        _write(replies, getattr(answer, "about", {}))
        for line in sys.stdin:
            _write(replies, answer(json.loads(line)))


def _write(replies: Any, reply: Mapping[str, Any]) -> None:
    replies.write(json.dumps(reply) + "\n")
    replies.flush()
