"""Log-probabilities of continuations: the prompt is read once, then all of them as one tree.

A continuation is tokenised together with its prompt, because a token may span the boundary. Spaces
at the prompt's end are scored with the continuation, as in lm-evaluation-harness: models write
`" yes"`, not `" "` and then `"yes"`. Where a continuation changes how the prompt's own end is
tokenised (`：` and `好` may be one token), all continuations of the request are scored from the
last token that they share with the prompt, so that they remain comparable. What follows an empty
prompt is scored after the token that opens texts (BOS), or EOS where there is none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeAlias

import torch
from torch import Tensor

from promptlab.engine.demonstrations.placed import Placed
from promptlab.engine.forward import filled, read, read_trees
from promptlab.engine.reader import Reader
from promptlab.engine.scheduler import Limits, batches
from promptlab.engine.sharing.continuation_tree import Tree, trees
from promptlab.engine.sharing.prefix_cache import PrefixCache, grouped
from promptlab.engine.sharing.prefix_tree import Group, common
from promptlab.engine.state import State, begin, select
from promptlab.engine.tokens.control import Ids
from promptlab.engine.tokens.differing import up_to_difference
from promptlab.engine.tokens.rendering import Rendered, encode, render
from promptlab.hearing import replied
from promptlab.types import Score, Scores

Pair: TypeAlias = tuple[int, int]
"""A row's number, and one of its tails'."""

REMEMBERED = 1024
"""Requests whose tokens are kept."""

TOGETHER = 64
"""Requests whose texts are tokenised at once."""

NODES = 512
"""Most tokens of a tree: each sees all, or is kept from seeing it."""


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One request's tokens: the context that is read, the tails that are scored after it.

    `beginning` is what of the context is read apart, if anything is.
    """

    context: Ids
    tails: list[Ids]
    prompt_tokens: int
    beginning: Placed | None = None


def tokenised(tokenizer: Any, request: Score) -> ScoreRow:
    """Split prompt and continuations into what they share and what is scored.

    Raises:
        ValueError: the prompt cannot be rendered for this tokenizer's model.
    """
    return tokenise(tokenizer, [request])[0]


def tokenise(tokenizer: Any, requests: Sequence[Score]) -> list[ScoreRow]:
    """As `tokenised`, for many requests on all cores; the last are remembered.

    Who stores and who reads a request both ask.
    """
    known = _remembered(tokenizer)
    rows: dict[Score, ScoreRow] = {}
    for request in requests:
        if (row := known.get(request)) is not None:
            rows[request] = row
    new = list(dict.fromkeys(request for request in requests if request not in rows))
    for start in range(0, len(new), TOGETHER):
        some = new[start : start + TOGETHER]
        rows |= zip(some, _tokenised(tokenizer, some), strict=True)
    for request in new[-REMEMBERED:]:
        while len(known) >= REMEMBERED:
            known.pop(next(iter(known), request), None)
        known[request] = rows[request]
    return [rows[request] for request in requests]


@lru_cache(maxsize=4)
def _remembered(tokenizer: Any) -> dict[Score, ScoreRow]:
    """The rows of the requests that came last, by this tokenizer."""
    del tokenizer
    return {}


def _tokenised(tokenizer: Any, requests: Sequence[Score]) -> list[ScoreRow]:
    pieces = [_pieces(tokenizer, request) for request in requests]
    distinct = list(dict.fromkeys(piece for some in pieces for piece in some))
    ids = dict(zip(distinct, encode(tokenizer, distinct), strict=True))
    return [
        _row(request, [ids[piece] for piece in some])
        for request, some in zip(requests, pieces, strict=True)
    ]


def _pieces(tokenizer: Any, request: Score) -> list[Rendered]:
    """The prompt, the prompt without the spaces at its end, and with each continuation."""
    prompt = render(tokenizer, request.prompt)
    bare = replace(prompt, text=prompt.text.rstrip(" "))
    if not bare.text and not bare.opening:
        opening = tuple(encode(tokenizer, [bare])[0])
        prompt, bare = replace(prompt, opening=opening), replace(bare, opening=opening)
    texts = [prompt.text + continuation for continuation in request.continuations]
    return [prompt, bare, *(replace(prompt, text=text) for text in texts)]


def _row(request: Score, ids: Sequence[Ids]) -> ScoreRow:
    full, context, *tokens = ids
    # One token at least is read, so that something predicts the first that is scored.
    shared = max(1, min((common(context, ids) for ids in tokens), default=len(context)))
    tails = [ids[shared:] for ids in tokens]
    if request.first:
        tails = [tail[: up_to_difference(tails, request.continuations)] for tail in tails]
    return ScoreRow(context[:shared], tails, len(full))


def score(trunks: PrefixCache, rows: Sequence[ScoreRow], limits: Limits) -> list[Scores]:
    """Score the tails of all rows; what their contexts share is read once.

    Args:
        trunks: reads with the model.
        rows: what to score.
        limits: of its batches and passes.
    """
    sums = [[0.0] * len(row.tails) for row in rows]
    last_features: list[tuple[int, Tensor]] = []
    for members, last, rests in _passes(trunks, rows, limits):
        for (place, tail), rest in rests:
            sums[members[place]][tail] += rest
        if len(last_features) + len(members) > limits.most:
            _firsts(trunks.reader, rows, last_features, sums)
            last_features = []
        last_features += zip(members, last, strict=True)
        replied(len(members))
    _firsts(trunks.reader, rows, last_features, sums)
    return [
        Scores(tuple(logprobs), tuple(map(len, row.tails)), row.prompt_tokens)
        for row, logprobs in zip(rows, sums, strict=True)
    ]


def _passes(
    trunks: PrefixCache, rows: Sequence[ScoreRow], limits: Limits
) -> Iterator[tuple[list[int], Tensor, list[tuple[Pair, float]]]]:
    """Read all contexts, some at a time, and what follows the first token of their tails."""
    contexts, beginnings = [row.context for row in rows], [row.beginning for row in rows]
    trunks.apart.prepare(filter(None, beginnings), limits)
    for seats in _pools(grouped(trunks.reader, contexts, limits.overhead, beginnings)):
        lengths = [len(contexts[number]) - group.shared for group, number in seats]
        most = len(lengths) if trunks.reader.free else limits.most
        if len({group for group, _ in seats}) > 1:
            longest = max(len(contexts[number]) for _, number in seats)
            most = max(1, limits.budget // longest)
        for batch in batches(lengths, budget=limits.reading, rows=most, overhead=limits.overhead):
            members = [seats[place][1] for place in batch]
            some, groups = [rows[index] for index in members], [seats[place][0] for place in batch]
            yield members, *_Pass(trunks, groups, some, limits).read()


def _pools(groups: Sequence[Group]) -> list[list[tuple[Group, int]]]:
    """Rows that may share a pass: those of a group.

    Demonstrations that are put side by side are one prompt's alone, mostly: all such groups are one
    pool.
    """
    pools: dict[int, list[tuple[Group, int]]] = {}
    for number, group in enumerate(groups):
        apart = bool(group.pieces) and isinstance(group.pieces[0], Placed)
        pool = pools.setdefault(-1 if apart else number, [])
        pool += [(group, member) for member in group.members]
    return list(pools.values())


def _firsts(
    reader: Reader,
    rows: Sequence[ScoreRow],
    last_features: Sequence[tuple[int, Tensor]],
    sums: Sequence[list[float]],
) -> None:
    """Add the log-probability of each tail's first token, for rows whose contexts were read.

    The head is as large as all layers of a small model: it is gone through once for many rows.
    """
    if not last_features:
        return
    members = [member for member, _ in last_features]
    width = max(len(rows[member].tails) for member in members)
    firsts = [[tail[0] if tail else 0 for tail in rows[member].tails] for member in members]
    last = torch.stack([features for _, features in last_features])
    ids = torch.tensor([filled(some, width) for some in firsts], dtype=torch.long)
    first_logprobs = reader.logprobs(last, ids.to(last.device)).tolist()
    for member, logprobs in zip(members, first_logprobs, strict=True):
        for number, tail in enumerate(rows[member].tails):
            sums[member][number] += logprobs[number] if tail else 0.0


@dataclass(frozen=True, slots=True)
class _Pass:
    """Rows whose contexts are read together."""

    trunks: PrefixCache
    groups: Sequence[Group]
    rows: Sequence[ScoreRow]
    limits: Limits

    def read(self) -> tuple[Tensor, list[tuple[Pair, float]]]:
        """Features of each context's last token, and of each longer tail what follows its first."""
        reader = self.trunks.reader
        begun = list(dict.fromkeys(group.pieces for group in self.groups))
        states = [self.trunks(pieces) for pieces in begun]
        index = [begun.index(group.pieces) for group in self.groups]
        start = begin(reader, states, index, states if reader.shares else ())
        contexts = [
            row.context[group.shared :] for row, group in zip(self.rows, self.groups, strict=True)
        ]
        goes_on = any(len(tail) > 1 for row in self.rows for tail in row.tails)
        state, _ = read(reader, start, contexts, goes_on=goes_on)
        self.trunks.tokens += sum(map(len, contexts))
        return state.last, list(self._rests(state))

    def _rests(self, state: State) -> Iterator[tuple[Pair, float]]:
        """The log-probability of all but the first token, for each tail that has more than one."""
        most = NODES if self.trunks.reader.branches else 1
        grown = [
            (place, tree)
            for place, row in enumerate(self.rows)
            for tree in trees(tuple(map(tuple, row.tails)), most)
        ]
        lengths = [len(tree.tokens) for _, tree in grown]
        limits = self.limits
        rows = max(1, limits.budget // (state.own + max(lengths, default=1)))
        for batch in batches(lengths, budget=limits.reading, rows=rows, overhead=limits.overhead):
            yield from self._read(state, [grown[index] for index in batch])

    def _read(
        self, state: State, pairs: Sequence[tuple[int, Tree]]
    ) -> Iterator[tuple[Pair, float]]:
        """Read trees, each after the context of a row."""
        begun = select(state, [place for place, _ in pairs])
        features = read_trees(self.trunks.reader, begun, [tree for _, tree in pairs])
        self.trunks.tokens += sum(len(tree.tokens) for _, tree in pairs)
        counts = [len(tree.tokens) for _, tree in pairs]
        nodes = [row[:count] for row, count in zip(features, counts, strict=True)]
        following = [some for _, tree in pairs for some in tree.following]
        logprobs = self._logprobs(torch.cat(nodes), following)
        for (place, tree), start in zip(pairs, accumulate(counts, initial=0), strict=False):
            for number, path in tree.paths:
                yield (place, number), sum(logprobs[start + node][choice] for node, choice in path)

    def _logprobs(self, features: Tensor, tokens: Sequence[Sequence[int]]) -> list[list[float]]:
        """Log-probabilities of some tokens after each place, then of what fills a line."""
        width = max(map(len, tokens))
        ids = torch.tensor([filled(some, width) for some in tokens], device=features.device)
        return self.trunks.reader.logprobs(features, ids).tolist()
