"""Completions: prompts are read in waves, then a token a row at a time.

Rows that have ended leave the batch, so that none waits for the longest; once a quarter of the
seats are free, waiting rows are read and join, so that the batch never grows thin while there is
work. Who joins when depends on the requests alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor

from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.forward import read, step
from promptlab.engine.guide import Guide, allowed, guide
from promptlab.engine.kv_cache import SPARE
from promptlab.engine.sampler import ALL, choose, uniforms
from promptlab.engine.scheduler import Limits, batches
from promptlab.engine.sharing.prefix_cache import PrefixCache, grouped
from promptlab.engine.sharing.prefix_tree import Group, Pieces, length
from promptlab.engine.state import State, awaiting, begin, join, keep, packed
from promptlab.engine.stopping import cut, decoded, endings, may_stop
from promptlab.engine.tokens.calls import calling
from promptlab.hearing import hears, replied
from promptlab.types import Completion, Failed, FinishReason, Generate, ModelReply, RequestFailed

PART = 1024
"""What a beginning that is held once costs a step besides its columns, in columns of a row."""


@dataclass(slots=True)
class GenerateRow:
    """A completion in the making; `room` is the most tokens it may take, `guide` its form.

    `beginning` is what of the prompt is read apart, if anything is.
    """

    request: Generate
    prompt: Sequence[int]
    room: int
    tokens: list[int] = field(default_factory=list)
    logprob: float = 0.0
    guide: Guide | None = None
    beginning: Placed | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A row, the group whose beginning it shares, and how much of that its batch holds once."""

    row: GenerateRow
    group: Group
    number: int
    front: Pieces

    @property
    def size(self) -> int:
        """The most columns of its own that the row can need, with the padding before it."""
        return len(self.row.prompt) - length(self.front) + self.row.room + SPARE


def complete(
    trunks: PrefixCache, tokenizer: Any, rows: Sequence[GenerateRow], limits: Limits
) -> list[ModelReply]:
    """Complete all rows; returns them in the same order.

    Args:
        trunks: reads with the model.
        tokenizer: the model's.
        rows: what to complete.
        limits: of its batches and passes.
    """
    ends = endings(tokenizer, trunks.reader.model)
    width = int(trunks.reader.model.config.get_text_config().vocab_size)
    for row in rows:
        if row.request.form is not None:
            row.guide = guide(tokenizer, width, row.request.form)
    beginnings = [row.beginning for row in rows]
    trunks.apart.prepare(filter(None, beginnings), limits)
    prompts = [row.prompt for row in rows]
    groups = grouped(trunks.reader, prompts, limits.overhead, beginnings)
    for pool in _pools(trunks, rows, groups):
        _Batch(trunks, tokenizer, pool, limits).run()
    return [_completion(row, tokenizer, ends) for row in rows]


def _pools(
    trunks: PrefixCache, rows: Sequence[GenerateRow], groups: Sequence[Group]
) -> Iterator[list[Seat]]:
    """Seats that may share a batch, longest first, those of one group side by side."""
    fronts = _fronts(groups) if trunks.reader.shares else [()] * len(groups)
    pools: dict[int, list[Seat]] = {}
    for number, (group, front) in enumerate(zip(groups, fronts, strict=True)):
        seats = [Seat(rows[member], group, member, front) for member in group.members]
        pools.setdefault(0 if trunks.reader.free else number, []).extend(seats)
    for pool in pools.values():
        yield sorted(pool, key=lambda seat: (-seat.size, seat.group.members[0], seat.number))


def _fronts(groups: Sequence[Group]) -> list[Pieces]:
    """For each group, the beginning that is held once for all rows that share it; may be empty.

    It is the one that leaves the fewest columns a row, its part of the beginning counted.
    """
    count: Counter[Pieces] = Counter()
    for group in groups:
        for depth in range(1, len(group.pieces) + 1):
            count[group.pieces[:depth]] += len(group.members)

    def columns(front: Pieces, group: Group) -> float:
        held = (PART + length(front)) / count[front] if front else 0.0
        return held + group.shared - length(front)

    return [
        min(
            (group.pieces[:depth] for depth in range(len(group.pieces) + 1)),
            key=partial(columns, group=group),
        )
        for group in groups
    ]


@dataclass(frozen=True, slots=True)
class Draws:
    """How the rows of a pool draw; all of shape (rows, …), on one device."""

    temperature: Tensor
    top_p: Tensor
    top_k: Tensor
    uniform: Tensor


class _Batch:
    """The rows of a pool that are being completed, and those that wait."""

    def __init__(
        self, trunks: PrefixCache, tokenizer: Any, pool: Sequence[Seat], limits: Limits
    ) -> None:
        self.trunks, self.tokenizer = trunks, tokenizer
        self.ends = endings(tokenizer, trunks.reader.model)
        self.limits = limits
        self.pool, self.waiting = pool, 0
        self.live: list[int] = []
        self.seats = 0
        self.draws = _draws(trunks.reader.model, [seat.row for seat in pool])
        self.hear = hears() if len(pool) == 1 else None

    def run(self) -> None:
        """Complete every row."""
        state: State | None = None
        while state is not None or self.waiting < len(self.pool):
            state = self._refilled(state)
            tokens = self._advance(state)
            rows = [self.pool[number].row for number in self.live]
            self._tell(rows)
            going = [
                at for at, row in enumerate(rows) if not _ended(row, self.tokenizer, self.ends)
            ]
            if len(going) < len(self.live):
                replied(len(self.live) - len(going))
                state, order = keep(state, going) if going else (None, [])
                self.live = [self.live[at] for at in order]
                state = None if state is None else self._awaiting([state])
                tokens = tokens[torch.tensor(order, dtype=torch.long, device=tokens.device)]
            if state is not None:
                state = step(self.trunks.reader, state, tokens)
                self.trunks.tokens += len(going)

    def _tell(self, rows: Sequence[GenerateRow]) -> None:
        """Let whoever listens hear the reply so far."""
        for row in rows if self.hear else ():
            tokens = row.tokens[:-1] if row.tokens[-1] in self.ends else row.tokens
            text = decoded(self.tokenizer, row.prompt, tokens)
            stopped = cut(text, row.request.sampling.stop)
            assert self.hear  # noqa: S101  there are rows only where somebody listens
            self.hear(row.request, text if stopped is None else stopped)

    def _refilled(self, state: State | None) -> State:
        """Let waiting rows in, where enough seats are free."""
        wave = self._wave()
        if state is not None and (not self.trunks.reader.free or 4 * len(wave) < self.seats):
            return state
        if not wave:
            assert state is not None  # noqa: S101  there is always a row, or one that waits
            return state
        self.waiting += len(wave)
        # Rows that have left are let go of before others are read beside those that stay.
        states = [] if state is None else [packed(state)]
        for some in self._passes(wave):
            self.live += some
            states.append(self._read([self.pool[number] for number in some]))
        self.seats = len(self.live)
        self._awaiting(states)
        return self._awaiting([join(states) if len(states) > 1 else states[0]])

    def _awaiting(self, states: Sequence[State]) -> State:
        """Tell states, the first of all, how many columns may come to stand behind the longest."""
        seats = [self.pool[number] for number in self.live]
        coming = max(seat.row.room - len(seat.row.tokens) for seat in seats)
        left = max(seat.size for seat in seats) - max(state.own for state in states)
        return awaiting(states[0], max(1, min(coming, left)))

    def _passes(self, wave: Sequence[int]) -> list[list[int]]:
        """The rows of a wave, as they are read together."""
        limits, seats = self.limits, [self.pool[number] for number in wave]
        lengths = [len(seat.row.prompt) - seat.group.shared for seat in seats]
        if not self.trunks.reader.free:
            return [list(wave)]
        groups = batches(lengths, budget=limits.reading, rows=len(wave), overhead=limits.overhead)
        return [[wave[place] for place in group] for group in groups]

    def _wave(self) -> list[int]:
        """The rows that wait and would fit beside the live ones."""
        size = max((self.pool[number].size for number in self.live), default=0)
        fronts = {self.pool[number].front for number in self.live}
        held = sum(map(length, fronts))
        wave: list[int] = []
        for number in range(self.waiting, len(self.pool)):
            seat = self.pool[number]
            size = max(size, seat.size)
            held += 0 if seat.front in fronts else length(seat.front)
            fronts.add(seat.front)
            count = len(self.live) + len(wave) + 1
            if count > 1 and (held + count * size > self.limits.budget or count > self.limits.most):
                break
            wave.append(number)
        return wave

    def _read(self, seats: Sequence[Seat]) -> State:
        """The state of rows whose prompts are read."""
        begun = list(dict.fromkeys((seat.front, seat.group.pieces) for seat in seats))
        fronts = {front: self.trunks(front) for front, _ in begun}
        start = begin(
            self.trunks.reader,
            [self.trunks(pieces) for _, pieces in begun],
            [begun.index((seat.front, seat.group.pieces)) for seat in seats],
            [fronts[front] for front, _ in begun],
        )
        tails = [seat.row.prompt[seat.group.shared :] for seat in seats]
        self.trunks.tokens += sum(map(len, tails))
        return read(self.trunks.reader, start, tails)[0]

    def _advance(self, state: State) -> Tensor:
        """Choose a token for every row and note it."""
        rows, device = [self.pool[number].row for number in self.live], state.last.device
        index = torch.tensor(self.live, device=device)
        now = torch.tensor([len(row.tokens) for row in rows], device=device)
        draws = self.draws
        logits = self.trunks.reader.logits(state.last)
        mask = allowed([row.guide for row in rows], logits.shape[-1])
        tokens, logprobs = choose(
            logits,
            draws.temperature[index],
            draws.top_p[index],
            draws.uniform[index, now],
            None if mask is None else mask.to(device),
            top_k=draws.top_k[index],
        )
        for row, token, logprob in zip(rows, tokens.tolist(), logprobs.tolist(), strict=True):
            row.tokens.append(token)
            row.logprob += logprob
            if row.guide is not None:
                row.guide.take(token)
        return tokens


def _draws(model: Any, rows: Sequence[GenerateRow]) -> Draws:
    samplings = [row.request.sampling for row in rows]
    return Draws(
        torch.tensor([sampling.temperature for sampling in samplings], device=model.device),
        torch.tensor([sampling.top_p for sampling in samplings], device=model.device),
        torch.tensor([sampling.top_k or ALL for sampling in samplings], device=model.device),
        uniforms([row.request for row in rows], max(row.room for row in rows)).to(model.device),
    )


def _ended(row: GenerateRow, tokenizer: Any, ends: frozenset[int]) -> bool:
    return (
        row.tokens[-1] in ends
        or (row.guide is not None and row.guide.ended)
        or len(row.tokens) >= row.room
        or may_stop(tokenizer, row.tokens, row.request.sampling.stop)
    )


def _completion(row: GenerateRow, tokenizer: Any, ends: frozenset[int]) -> ModelReply:
    """Turn the finished row into a reply; the tokens of its stop are counted, not shown."""
    held = row.guide
    if held is not None and held.error:
        return Failed(RequestFailed(f"the reply could not be held to its form: {held.error}"))
    ended = row.tokens[-1] in ends or (held is not None and held.left)
    tokens = row.tokens[:-1] if ended else row.tokens
    text = decoded(tokenizer, row.prompt, tokens)
    stopped = cut(text, row.request.sampling.stop)
    whole = ended or (held is not None and held.ended)
    reason: FinishReason = "stop" if whole or stopped is not None else "length"
    completion = Completion(
        text if stopped is None else stopped, reason, len(row.prompt), len(row.tokens), row.logprob
    )
    if not row.request.prompt.tools:
        return completion
    marked = decoded(tokenizer, row.prompt, tokens, special=True)
    return calling(tokenizer, completion, marked, row.request)
