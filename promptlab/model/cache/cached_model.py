"""Never the same work twice: a model that remembers what a model has answered.

Everything that was answered is kept in one SQLite file that all runs share, under a key that says
which model, which tokens, how decoded and which draw (see `store_key`). So going from 5 draws to 20
asks for 15, a further variant of a sweep costs that variant, a further label costs that label, and
equal requests of one batch are asked once. Replies come back exactly equal, to the last bit of a
log-probability.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from promptlab.hearing import replied
from promptlab.machine.cache_folder import cache_folder
from promptlab.model.cache import table
from promptlab.model.cache.key import Named, joined, named, parted
from promptlab.model.usage import Usage
from promptlab.protocols import Model, Preview
from promptlab.sealed_table.file import SealedFile
from promptlab.sealed_table.opening import MEMORY
from promptlab.types import Failed, ModelReply, ModelRequest, Prompt, Score, Scores, Timing

Mode = Literal["on", "off", "read", "refresh"]

NAME = "completions.db"
FOUND = Timing(0.0, 0.0, batch=0)
"""Of a reply that was there before it was asked for."""


def default_path() -> str:
    """Return where completions are kept by default."""
    return str(cache_folder(NAME))


class _Tally:
    """Usage that threads add to."""

    def __init__(self) -> None:
        self.counts = Usage()
        self._turn = threading.Lock()

    def __reduce__(self) -> tuple[type["_Tally"], tuple[()]]:
        return (_Tally, ())

    def add(self, counts: Usage) -> None:
        with self._turn:
            self.counts += counts


@dataclass(frozen=True)
class CachedModel:
    """Ask the inner model only for what is not stored yet.

    A model whose identity is empty is always asked: nothing tells its replies from another's.

    Attributes:
        inner: Who answers.
        path: The file, on a local disk; `completions.db` in promptlab's cache folder
            (`PROMPTLAB_CACHE`), where nothing is said. `:memory:` keeps everything as long as the
            process, and no longer.
        mode: `on`; `off` asks the inner model for everything; `read` uses what is there and writes
            nothing; `refresh` asks anew, and overwrites.
        megabytes: How large the file may grow; what was used least lately goes first.
    """

    inner: Model
    path: str = ""
    mode: Mode = "on"
    megabytes: int = 2048
    _file: SealedFile = field(init=False, repr=False, compare=False)
    _tally: _Tally = field(init=False, repr=False, compare=False, default_factory=_Tally)

    def __post_init__(self) -> None:
        """Check the mode and the size."""
        if self.mode not in get_args(Mode):
            raise ValueError(f"mode is {self.mode!r}; expected one of {', '.join(get_args(Mode))}")
        if self.megabytes < 1:
            raise ValueError(f"megabytes is {self.megabytes}; expected at least 1")
        path = self.path or default_path()
        path = path if path == MEMORY else str(Path(path).expanduser().absolute())
        writes = self.mode in ("on", "refresh")
        file = SealedFile(path, table.LAYOUT, writes, self.megabytes << 20)
        object.__setattr__(self, "_file", file)

    @property
    def identity(self) -> Mapping[str, str]:
        """The inner model's: the replies are its own."""
        return self.inner.identity

    @property
    def counts(self) -> Usage:
        """What was asked, found and computed so far."""
        read = getattr(self.inner, "counts", None)
        if not isinstance(read, Usage):
            return self._tally.counts
        return replace(self._tally.counts, tokens_computed=read.tokens_computed)

    def preview(self, prompt: Prompt) -> Preview:
        """Show what the inner model would read."""
        return self.inner.preview(prompt)

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Reply to every request, in order; only what is missing reaches the inner model."""
        if self.mode == "off" or not self.inner.identity:
            replies = self.inner.answer(requests)
            self._tally.add(_counted(replies, replies, found=0))
            return replies
        names = named(self.inner, requests)
        known = {} if self.mode == "refresh" else table.read(self._file, _distinct(names))
        found = [all(key in known for key in keys) for keys in names]
        replied(sum(found))
        asked = _missing(self.inner, requests, names, known)
        computed = self.inner.answer([request for request, _ in asked]) if asked else []
        fresh, failed = _pieces(asked, computed)
        table.write(self._file, self.inner.identity, fresh)
        known |= fresh
        replies = [
            next((failed[key] for key in keys if key in failed), None)
            or joined([known[key] for key in keys])
            for keys in names
        ]
        self._tally.add(_counted(replies, computed, sum(found)))
        return [
            replace(reply, timing=FOUND) if there else reply
            for reply, there in zip(replies, found, strict=True)
        ]


def _distinct(names: Sequence[Named]) -> list[bytes]:
    return list(dict.fromkeys(key for keys in names for key in keys))


def _missing(
    model: Model,
    requests: Sequence[ModelRequest],
    names: Sequence[Named],
    known: Mapping[bytes, ModelReply],
) -> list[tuple[ModelRequest, Named]]:
    """List what must be asked, each thing once: the requests without what is known of them."""
    asked: list[tuple[ModelRequest, Named]] = []
    taken = set(known)
    for request, keys in zip(requests, names, strict=True):
        if any(key not in taken for key in keys):
            asked.append(_less(model, request, keys, taken))
            taken.update(keys)
    return asked


def _less(
    model: Model, request: ModelRequest, keys: Named, taken: set[bytes]
) -> tuple[ModelRequest, Named]:
    """Leave out the continuations whose scores are known or already asked for."""
    if not isinstance(request, Score) or len(keys) == 1:
        return request, keys
    texts = dict(zip(keys, request.continuations, strict=True))
    new = {key: text for key, text in texts.items() if key not in taken}
    for some in (new, texts):
        less = replace(request, continuations=tuple(some.values()))
        # Without some companions the others may be scored from another token on: other keys.
        if named(model, [less]) == [tuple(some)]:
            return less, tuple(some)
    return request, keys


def _pieces(
    asked: Sequence[tuple[ModelRequest, Named]], replies: Sequence[ModelReply]
) -> tuple[dict[bytes, ModelReply], dict[bytes, Failed]]:
    """Take the inner model's replies apart: what can be kept, and what failed, which never is."""
    if len(replies) != len(asked):
        raise ValueError(f"{len(asked)} requests were answered with {len(replies)} replies")
    fresh: dict[bytes, ModelReply] = {}
    failed: dict[bytes, Failed] = {}
    for (request, keys), reply in zip(asked, replies, strict=True):
        if isinstance(reply, Failed):
            failed |= dict.fromkeys(keys, reply)
        else:
            fresh.update(zip(keys, parted(request, reply, len(keys)), strict=True))
    return fresh, failed


def _counted(replies: Sequence[ModelReply], computed: Sequence[ModelReply], found: int) -> Usage:
    return Usage(
        asked=len(replies),
        found=found,
        repeated=len(replies) - found - len(computed),
        computed=len(computed),
        tokens_asked=sum(map(_tokens, replies)),
        tokens_computed=sum(map(_tokens, computed)),
    )


def _tokens(reply: ModelReply) -> int:
    scored = sum(reply.lengths) if isinstance(reply, Scores) else 0
    return reply.prompt_tokens + reply.completion_tokens + scored
