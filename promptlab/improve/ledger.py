"""Who is asked for proposals: never twice for the same, and every token is counted."""

import threading
from collections.abc import Sequence

from promptlab.protocols import Answerer
from promptlab.records.files import Records
from promptlab.records.fit_record import read_fit
from promptlab.types import Exchange, Reply, Request


class Ledger:
    """An answerer that keeps what it was told in `fit.jsonl`, and answers from there.

    It answers one caller at a time, whatever threads ask.

    Attributes:
        tokens: Read and written, also for what the record had.
        turn: Whose turn it is.
    """

    def __init__(self, answerer: Answerer, records: Records) -> None:
        self.tokens = 0
        self._answerer, self._records = answerer, records
        self._known = {each.request: each.reply for each in read_fit(records.folder)}
        self.turn = threading.RLock()

    def answer(self, requests: Sequence[Request]) -> list[Reply]:
        """Reply to every request, in order."""
        with self.turn:
            new = [request for request in dict.fromkeys(requests) if request not in self._known]
            replies = self._answerer.answer(new) if new else ()
            told = [Exchange(*pair, "fit") for pair in zip(new, replies, strict=True)]
            if told:
                self._records.append_fit(told)
            self._known.update(zip(new, replies, strict=True))
            answered = [self._known[request] for request in requests]
            self.tokens += sum(r.tokens_read + r.completion_tokens for r in answered)
            return answered
