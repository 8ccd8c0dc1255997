"""Never ask a model the same thing twice within a process, nor within a batch."""

import dataclasses
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from promptlab.protocols import Model, Preview
from promptlab.types import Generate, Prompt, Reply, Request, Sampling


@dataclass(slots=True)
class _Counts:
    asked: int = 0
    computed: int = 0


@dataclass(frozen=True)
class Memo:
    """Remember the replies of another model.

    Draws are told apart by their seed and number. Greedy completions do not depend on either, so
    all of one prompt's are one.

    Attributes:
        inner: The model that is asked.
        size: Most replies remembered; those not asked for the longest are forgotten first.
    """

    inner: Model
    size: int = 100_000
    _known: "OrderedDict[str, Reply]" = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )
    _counts: _Counts = field(default_factory=_Counts, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a memory that holds nothing."""
        if self.size < 1:
            raise ValueError(f"size is {self.size}; expected at least 1")

    @property
    def identity(self) -> Mapping[str, str]:
        """The inner model's: the replies are the same."""
        return self.inner.identity

    @property
    def asked(self) -> int:
        """How many requests came."""
        return self._counts.asked

    @property
    def computed(self) -> int:
        """How many of them the inner model was asked."""
        return self._counts.computed

    def preview(self, prompt: Prompt) -> Preview:
        """Show what the inner model would read."""
        return self.inner.preview(prompt)

    def answer(self, requests: Sequence[Request]) -> Sequence[Reply]:
        """Reply from memory; ask the inner model the rest in one batch, each once."""
        plain = [_plain(request) for request in requests]
        keys = [request.digest for request in plain]
        missing = {
            key: request for key, request in zip(keys, plain, strict=True) if key not in self._known
        }
        known = {key: self._known[key] for key in keys if key not in missing}
        if missing:
            replies = self.inner.answer(list(missing.values()))
            known.update(zip(missing, replies, strict=True))
        self._counts.asked += len(keys)
        self._counts.computed += len(missing)
        self._remember(keys, known)
        return [known[key] for key in keys]

    def _remember(self, keys: Sequence[str], known: Mapping[str, Reply]) -> None:
        for key in keys:
            self._known[key] = known[key]
            self._known.move_to_end(key)
        while len(self._known) > self.size:
            self._known.popitem(last=False)


def _plain(request: Request) -> Request:
    """A greedy request without what changes nothing about it."""
    if not isinstance(request, Generate) or request.sampling.temperature > 0:
        return request
    unset = Sampling()
    sampling = dataclasses.replace(
        request.sampling, top_p=unset.top_p, seed=unset.seed, draw=unset.draw
    )
    return dataclasses.replace(request, sampling=sampling)
