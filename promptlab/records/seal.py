"""The seals of a line and of a result, so that damage to a record shows.

The last key of a line is `"seal": "17:0f3a…"`: the trial's position in its run, from 1, and sixteen
hexadecimal digits of the run's key, the position and all other bytes of the line. A line that was
edited, or that another run wrote, does not match its seal; a duplicated or lost one shows by its
position. A result names a digest of itself. A seal detects accidents, not forgery.
"""

import json
import re
from collections.abc import Mapping
from hashlib import blake2b, sha256
from typing import Any

INCIDENTAL = ("timings", "tags", "mlflow_run_id")
"""What a result says of how and where it was made, which is no part of what it found."""

_SEAL = re.compile(rb', "seal": "([1-9][0-9]{0,15}):([0-9a-f]{16})"\}$')


def add_seal(line: bytes, position: int, run: str) -> bytes:
    """Seal a line, which is a JSON object that is not empty.

    Args:
        line: Without its newline.
        position: Of the trial in its run, from 1.
        run: Names the run.
    """
    return line[:-1] + f', "seal": "{position}:{_digest(line, position, run)}"}}'.encode()


def sealed_position(line: bytes, run: str | None) -> int | None:
    """Return the position in a line's seal; 0 where the line does not match it.

    None where it has no seal. Where the run is not known (None), the seal is not checked.
    """
    match = _SEAL.search(line)
    if not match:
        return None
    position = int(match[1])
    if run is None:
        return position
    fits = _digest(line[: match.start()] + b"}", position, run) == match[2].decode()
    return position if fits else 0


def result_digest(result: Mapping[str, Any]) -> str:
    """Digest a result without its `trials`, and without what differs from run to run."""
    content = {key: result[key] for key in result if key not in ("trials", *INCIDENTAL)}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def is_unchanged(result: Mapping[str, Any]) -> bool:
    """Return whether a result is as it was written; one without a digest is taken to be."""
    trials = result.get("trials", {})
    if not isinstance(trials, Mapping):
        return False
    digest = trials.get("result")
    return digest is None or digest == result_digest(result)


def _digest(line: bytes, position: int, run: str) -> str:
    return blake2b(f"{run} {position} ".encode() + line, digest_size=8).hexdigest()
