"""What a selection asks while it fits: recorded in `fit.jsonl`, and asked once."""

from collections.abc import Sequence
from typing import TypeVar

from promptlab.program import interposed
from promptlab.protocols import Program
from promptlab.records.files import Records, read_fit
from promptlab.types import Exchange, Reply, Request

T = TypeVar("T")

BATCH = 256
"""Most requests that are asked before they are recorded: what a crash may cost."""


def fit_once(program: Program[T], records: Records) -> Program[T]:
    """Run a fit; requests that an earlier fit of the same run made are answered from its record."""
    known = {exchange.request: exchange.reply for exchange in read_fit(records.folder)}

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
