"""Tokens drawn row by row."""

import math

import pytest
import torch

from promptlab.engine.sampler import ALL, FEW, choose, uniforms
from promptlab.types import Generate, Message, Prompt, Sampling

PROMPT = Prompt((Message("text", "draw"),))
LOGITS = torch.tensor([0.5, 0.1, 0.0, 0.3, 0.1]).log()


def _choose(logits, uniform, temperature=1.0, top_p=1.0):
    rows = len(uniform)
    return choose(
        logits.expand(rows, -1).contiguous(),
        torch.full((rows,), temperature),
        torch.full((rows,), top_p),
        torch.tensor(uniform, dtype=torch.float64),
    )


def test_temperature_zero_takes_the_most_probable_and_the_first_of_equals():
    tokens, logprobs = _choose(torch.tensor([1.0, 2.0, 2.0]), [0.9], temperature=0.0)
    assert tokens.tolist() == [1]
    assert logprobs.item() == pytest.approx(2 - math.log(math.exp(1) + 2 * math.exp(2)))


def test_a_draw_inverts_the_cumulative_distribution():
    tokens, _ = _choose(LOGITS, [0.0, 0.49, 0.51, 0.59, 0.61, 0.89, 0.91, 1 - 2**-53])
    assert tokens.tolist() == [0, 0, 1, 1, 3, 3, 4, 4]


def test_a_nucleus_keeps_the_most_probable_that_reach_it():
    tokens, _ = _choose(LOGITS, [k / 1000 for k in range(1000)], top_p=0.75)
    assert set(tokens.tolist()) == {0, 3}
    assert tokens.tolist().count(0) == pytest.approx(625, abs=2)


def test_a_tiny_nucleus_and_a_tiny_temperature_are_greedy():
    uniform = [0.0, 0.5, 1 - 2**-53]
    assert _choose(LOGITS, uniform, top_p=1e-9)[0].tolist() == [0, 0, 0]
    assert _choose(LOGITS, uniform, temperature=1e-30)[0].tolist() == [0, 0, 0]


def test_the_most_probable_k_are_drawn_from_and_what_is_as_probable_as_the_last():
    uniform = torch.arange(1000, dtype=torch.float64) / 1000

    def drawn(top_k, top_p=1.0):
        rows = LOGITS.expand(1000, -1).contiguous()
        ones, cut = torch.ones(1000), torch.full((1000,), top_k)
        tokens, logprobs = choose(rows, ones, ones * top_p, uniform, top_k=cut)
        assert torch.equal(logprobs, LOGITS[tokens])
        return {token: tokens.tolist().count(token) for token in set(tokens.tolist())}

    assert drawn(1) == {0: 1000}
    assert drawn(2) == {0: 625, 3: 375}
    assert set(drawn(3)) == {0, 1, 3, 4}
    assert drawn(ALL) == drawn(5) == drawn(50)
    assert drawn(2, top_p=0.6) == {0: 1000}, "the nucleus is what is left's"


def test_each_row_has_its_own_k():
    rows = LOGITS.expand(3, -1).contiguous()
    uniform = torch.full((3,), 0.95, dtype=torch.float64)
    temperature = torch.tensor([1.0, 1.0, 0.0])
    tokens, _ = choose(rows, temperature, torch.ones(3), uniform, top_k=torch.tensor([2, ALL, 3]))
    assert tokens.tolist() == [3, 4, 0]


def test_log_probabilities_are_those_before_tempering():
    tokens, logprobs = _choose(LOGITS, [0.7], temperature=0.5, top_p=0.9)
    assert logprobs.item() == pytest.approx(LOGITS[tokens.item()].item(), abs=1e-6)


def test_rows_are_drawn_as_they_would_be_alone():
    torch.manual_seed(0)
    logits = torch.randn(6, 50)
    temperature = torch.tensor([0.0, 1.0, 0.7, 1.0, 0.0, 2.0])
    top_p = torch.tensor([1.0, 0.5, 1.0, 0.9, 0.3, 1.0])
    uniform = torch.rand(6, dtype=torch.float64)
    together = choose(logits, temperature, top_p, uniform)[0]
    alone = [
        choose(logits[i : i + 1], temperature[i : i + 1], top_p[i : i + 1], uniform[i : i + 1])[0]
        for i in range(6)
    ]
    assert together.tolist() == [token.item() for token in alone]


def test_frequencies_follow_the_probabilities():
    generator = torch.Generator().manual_seed(1)
    uniform = torch.rand(20_000, generator=generator, dtype=torch.float64).tolist()
    counts = torch.bincount(_choose(LOGITS, uniform)[0], minlength=5) / 20_000
    assert torch.allclose(counts, LOGITS.exp(), atol=0.01)
    assert counts[2] == 0


def test_a_stream_belongs_to_its_request_seed_and_draw():
    def stream(**sampling):
        request = Generate(PROMPT, Sampling(temperature=1.0, **sampling))
        return uniforms([request], 4)[0].tolist()

    assert stream(seed=1, draw=2) == stream(seed=1, draw=2)
    assert len({tuple(stream(seed=s, draw=d)) for s in range(3) for d in range(3)}) == 9


def test_a_stream_does_not_depend_on_the_batch():
    requests = [Generate(PROMPT, Sampling(temperature=1.0, draw=draw)) for draw in range(4)]
    together = uniforms(requests, 9)
    assert torch.equal(together[2, :5], uniforms([requests[2]], 5)[0])


def _inverted(probabilities, point):
    """The token at a point of the whole cumulative distribution."""
    mass = probabilities.double().cumsum(dim=-1)
    return int(torch.searchsorted(mass, point * mass[-1], right=True))


@pytest.mark.parametrize("spread", [0.1, 3.0])
def test_draws_from_a_large_vocabulary_invert_all_of_it(spread):
    generator = torch.Generator().manual_seed(2)
    logits = spread * torch.randn(1000, generator=generator)
    uniform = torch.rand(200, generator=generator, dtype=torch.float64).tolist()
    probabilities = logits.softmax(dim=-1)
    expected = [_inverted(probabilities, point) for point in uniform]
    assert _choose(logits, uniform)[0].tolist() == expected


@pytest.mark.parametrize(("spread", "wide"), [(0.1, True), (3.0, False)])
def test_a_nucleus_is_the_same_whether_it_is_wide_or_narrow(spread, wide):
    """The first is wider than the tokens that are ranked first; some tokens are as probable."""
    generator = torch.Generator().manual_seed(3)
    logits = (spread * torch.randn(1000, generator=generator)).round(decimals=2)
    uniform = torch.rand(200, generator=generator, dtype=torch.float64).tolist()
    ranked, order = logits.softmax(dim=-1).sort(descending=True, stable=True)
    kept = int((ranked.double().cumsum(dim=-1) < 0.9).sum()) + 1
    assert (kept > FEW) == wide
    expected = [int(order[_inverted(ranked[:kept], point)]) for point in uniform]
    assert _choose(logits, uniform, top_p=0.9)[0].tolist() == expected
