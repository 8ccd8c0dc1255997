"""The seal of a line: its place in its run and a digest, so that damage to a record shows.

The last key of a line is `"seal": "17:0f3a…"`: the trial's place in its run, from 1, and sixteen
hexadecimal digits of the run's name, the place and all other bytes of the line. A line that was
edited, or that another run wrote, does not fit its seal; one that is doubled or lost shows by its
place. A seal is against accidents: whoever means to forge a record can seal it anew.
"""

import re
from hashlib import blake2b

_SEAL = re.compile(rb', "seal": "([1-9][0-9]{0,15}):([0-9a-f]{16})"\}$')


def sealed(line: bytes, place: int, run: str) -> bytes:
    """Seal a line, which is a JSON object that is not empty.

    Args:
        line: Without its newline.
        place: Of the trial in its run, from 1.
        run: Names the run.
    """
    return line[:-1] + f', "seal": "{place}:{_digest(line, place, run)}"}}'.encode()


def place_of(line: bytes, run: str | None) -> int | None:
    """Return the place that a line says it has; 0 where it does not fit its seal.

    None where it has no seal. Where the run is not known (None), the line is taken at its word.
    """
    found = _SEAL.search(line)
    if not found:
        return None
    place = int(found[1])
    if run is None:
        return place
    fits = _digest(line[: found.start()] + b"}", place, run) == found[2].decode()
    return place if fits else 0


def _digest(line: bytes, place: int, run: str) -> str:
    return blake2b(f"{run} {place} ".encode() + line, digest_size=8).hexdigest()
