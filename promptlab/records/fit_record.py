"""What a selection asks while it fits: recorded in `fit.jsonl`, and asked once."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from promptlab.program import interposed
from promptlab.protocols import Program
from promptlab.records.files import FIT, Records, seal_key
from promptlab.records.seal import sealed_position
from promptlab.records.trial_json import exchange_from_line
from promptlab.records.verify import verify_lines
from promptlab.types import Exchange, Reply, Request

T = TypeVar("T")

BATCH = 256
"""Most requests that are asked before they are recorded: what a crash may cost."""


def fit_once(program: Program[T], records: Records) -> Program[T]:
    """Run a fit; requests that an earlier fit of the same run made are answered from its record."""
    notes: list[str] = []
    exchanges = _verified(records.folder, notes)
    if notes:
        warnings.warn(f"{'; '.join(notes)}; what is not there is asked again", stacklevel=2)
        records.rewrite_fit(exchanges)
    known = {exchange.request: exchange.reply for exchange in exchanges}

    def answer(requests: Sequence[Request]) -> Program[Sequence[Reply]]:
        new = [request for request in dict.fromkeys(requests) if request not in known]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            replies = yield batch
            exchanges = [Exchange(*pair, "fit") for pair in zip(batch, replies, strict=True)]
            records.append_fit(exchanges)
            known.update(zip(batch, replies, strict=True))
        return [known[request] for request in requests]

    return interposed(program, answer)


def read_fit(folder: Path | str) -> list[Exchange]:
    """Read what a run's fit asked and was told; what is damaged is left out."""
    return _verified(Path(folder), [])


def _verified(folder: Path, notes: list[str]) -> list[Exchange]:
    """Return the valid exchanges; a file that was written before lines had seals needs none."""
    path = folder / FIT
    if not path.exists():
        return []
    with path.open("rb") as file:
        sealed = any(sealed_position(line.rstrip(b"\r\n"), None) for line in file)
    run = (seal_key(folder) or "") if sealed else None
    return [line.value for line in verify_lines(path, run, _exchange, notes)]


def _exchange(entry: Mapping[str, Any]) -> Exchange:
    try:
        return exchange_from_line({key: entry[key] for key in entry if key != "seal"})
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"broken ({type(error).__name__} {error})") from error
