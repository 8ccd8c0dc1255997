"""Attention in blocks is attention."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from promptlab.engine.attention import blocked as blocks
from promptlab.engine.attention.blocked import TOKENS, blocked, weighed


def _parts(rows, tokens, columns, dtype=torch.float32):
    """Six heads of which three each share keys."""
    chance = torch.Generator().manual_seed(7)
    shapes = (rows, 6, tokens, 8), (rows, 2, columns, 8), (rows, 2, columns, 8)
    return [torch.randn(shape, generator=chance).to(dtype) for shape in shapes]


def _expected(query, key, value, scale=None):
    """All at once, in float64, each token seeing what stands before it."""
    tokens, columns = query.shape[2], key.shape[2]
    seen = torch.ones(tokens, columns, dtype=torch.bool).tril(columns - tokens)
    whole = [part.double() for part in (query, key, value)]
    return scaled_dot_product_attention(*whole, attn_mask=seen, scale=scale, enable_gqa=True)


@pytest.mark.parametrize("tokens", [2, TOKENS - 1, TOKENS, TOKENS + 1, 3 * TOKENS + 5])
@pytest.mark.parametrize("before", [0, 9])
def test_blocks_give_what_all_at_once_gives(tokens, before):
    parts = _parts(5, tokens, tokens + before)
    torch.testing.assert_close(
        blocked(*parts, None).double(), _expected(*parts), atol=1e-5, rtol=1e-5
    )


def test_rows_are_taken_some_at_a_time(monkeypatch):
    parts = _parts(7, 40, 40)
    monkeypatch.setattr(blocks, "SCORES", 6 * 40 * 40 * 3)
    assert [some for some, _, _ in blocks._blocks(7, 6, 40, 40)] == [
        slice(0, 3),
        slice(3, 6),
        slice(6, 9),
    ]
    torch.testing.assert_close(
        blocked(*parts, None).double(), _expected(*parts), atol=1e-5, rtol=1e-5
    )


def test_weights_are_the_logarithms_of_what_scores_sum_to():
    query, key, value = _parts(3, 2 * TOKENS + 3, 2 * TOKENS + 3)
    mixed, weight = weighed(query, key, value, None)
    scores = query.double() @ key.double().repeat_interleave(3, 1).transpose(2, 3) / 8**0.5
    seen = torch.ones(scores.shape[-2:], dtype=torch.bool).tril()
    expected = scores.masked_fill(~seen, float("-inf")).logsumexp(dim=-1)
    torch.testing.assert_close(weight.double(), expected, atol=1e-5, rtol=1e-5)
    assert torch.equal(mixed, blocked(query, key, value, None))


def test_the_scale_is_the_models_own():
    parts = _parts(2, 10, 10)
    torch.testing.assert_close(
        blocked(*parts, 0.5).double(), _expected(*parts, scale=0.5), atol=1e-5, rtol=1e-5
    )


def test_scores_are_float32_in_a_model_of_half_precision():
    """Scores of hundreds, as Qwen's: rounded to bfloat16 they would be off by whole units."""
    query, key, value = _parts(2, 50, 50, torch.bfloat16)
    query, key = query * 10, key * 10
    mixed = blocked(query, key, value, None)
    assert mixed.dtype == torch.bfloat16
    torch.testing.assert_close(mixed.double(), _expected(query, key, value), atol=0.02, rtol=0.02)


@pytest.mark.parametrize("tokens", [2, TOKENS + 1, 2 * TOKENS + 5])
def test_a_mask_hides_more(tokens):
    query, key, value = _parts(3, tokens, tokens + 9)
    chance = torch.Generator().manual_seed(1)
    mask = torch.rand(3, 1, tokens, tokens + 9, generator=chance) < 0.5
    mask = mask.tril(9) | torch.eye(tokens, tokens + 9, dtype=torch.bool).roll(9, dims=1)
    whole = [part.double() for part in (query, key, value)]
    expected = scaled_dot_product_attention(*whole, attn_mask=mask, enable_gqa=True)
    torch.testing.assert_close(
        blocked(query, key, value, None, mask).double(), expected, atol=1e-5, rtol=1e-5
    )
    mixed, weight = weighed(query, key, value, None, mask)
    assert torch.equal(mixed, blocked(query, key, value, None, mask))
    scores = query.double() @ key.double().repeat_interleave(3, 1).transpose(2, 3) / 8**0.5
    total = scores.masked_fill(~mask, float("-inf")).logsumexp(dim=-1)
    torch.testing.assert_close(weight.double(), total, atol=1e-5, rtol=1e-5)
