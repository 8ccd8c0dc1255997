"""A reply as bytes, under a seal: it comes back exactly equal, or not at all.

JSON writes a float by its shortest form that reads back as the same float, so no bit of a
log-probability is lost. The seal is a hash of key and bytes: what was damaged on the disk, or got
under another key, does not fit it.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from promptlab.called import ToolCall
from promptlab.types import Completion, ModelReply, Scores

_KINDS: dict[str, Callable[..., ModelReply]] = {"c": Completion, "s": Scores}
_FIELDS = {
    # How long a reply took is no part of it, and is not compared. Calls come last, where there are
    # some, so that the rows of replies without are those of a time that knew none.
    "c": tuple(f.name for f in fields(Completion) if f.compare and f.name != "calls"),
    "s": tuple(field.name for field in fields(Scores) if field.compare),
}

FORMAT = json.dumps(["1", _FIELDS]).encode()
"""What a row's bytes mean. It is part of every key: replies with other fields are other rows."""


def packed(reply: ModelReply) -> bytes:
    """Write a reply as bytes.

    Raises:
        TypeError: the model put something into it that is neither text nor number.
    """
    name = "c" if isinstance(reply, Completion) else "s"
    values = [name, *(getattr(reply, field) for field in _FIELDS[name])]
    if isinstance(reply, Completion) and reply.calls:
        values.append([[call.name, call.arguments] for call in reply.calls])
    return _write(values).encode("utf-8", "surrogatepass")


def unpacked(body: bytes) -> ModelReply:
    """Read a reply back."""
    name, *values = json.loads(body.decode("utf-8", "surrogatepass"))
    if name == "c" and len(values) > len(_FIELDS[name]):
        *values, calls = values
        return replace(Completion(*values), calls=tuple(ToolCall(*call) for call in calls))
    return _KINDS[name](*(tuple(value) if isinstance(value, list) else value for value in values))


def seal(key: bytes, body: bytes) -> bytes:
    """Return the eight bytes that belong to this body under this key."""
    return hashlib.blake2b(body, digest_size=8, key=key).digest()


def _number(value: Any) -> Any:
    """Take a number out of numpy's or torch's scalar."""
    if not hasattr(value, "item"):
        raise TypeError(f"a reply holds {value!r}; expected texts and numbers")
    return value.item()


# Made once: `json.dumps` with settings makes another at every call.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_number).encode
