"""Texts longer than a window: each token is scored once, as transformers' guide has it."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from promptlab.engine.text_windows import windows

TEXT = "评论：这家餐厅的菜很好吃。 Question: how many apples are left? Three apples are left. " * 6


def by_the_guide(model, ids, window, stride):
    """Sum of the losses over strided windows: labels of what was scored before are left out."""
    total, previous = 0.0, 0
    for begin in range(0, len(ids), stride):
        end = min(begin + window, len(ids))
        asked = torch.tensor([ids[begin:end]], device=model.device)
        labels = asked.clone()
        labels[:, : -(end - previous)] = -100
        scored = int((labels[:, 1:] != -100).sum())
        total += float(model(asked, labels=labels).loss) * scored
        previous = end
        if end == len(ids):
            break
    return -total


@pytest.mark.parametrize("name", ["llama", "gpt2", "gemma3"])
@pytest.mark.parametrize(("window", "stride"), [(0, 0), (64, 32), (50, 49), (33, 7)])
def test_a_text_is_worth_what_transformers_finds(models_by_name, name, window, stride):
    model = models_by_name[name]
    (told,) = model.score_texts([TEXT], window, stride)
    ids = model._tokenizer(TEXT).input_ids
    with torch.inference_mode():
        expected = by_the_guide(model._model, ids, window or 256, stride or (window or 256) // 2)
    assert told.lengths == (len(ids) - 1,)
    assert told.logprobs[0] == pytest.approx(expected, abs=1e-3, rel=1e-5)
    per_token = [math.exp(-each / told.lengths[0]) for each in (told.logprobs[0], expected)]
    assert per_token[0] == pytest.approx(per_token[1], rel=1e-4)


def test_several_texts_are_told_apart(llama):
    texts = [TEXT, "a", "", TEXT[:40]]
    together = llama.score_texts(texts, 64)
    alone = [llama.score_texts([text], 64)[0] for text in texts]
    for one, other in zip(together, alone, strict=True):
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-4)
    assert together[2].lengths == (0,)


def test_a_window_longer_than_the_models_is_refused(llama):
    with pytest.raises(ValueError, match="window is 300; expected at most 256"):
        llama.score_texts(["a"], 300)
    with pytest.raises(ValueError, match="stride is 64 and the window 64"):
        llama.score_texts(["a"], 64, 64)


@given(st.integers(2, 60), st.integers(2, 20), st.integers(1, 19))
def test_each_token_is_scored_once_in_order(length, window, stride):
    if stride >= window:
        return
    rows = list(windows(list(range(length)), window, stride))
    assert [token for row in rows for token in row.tails[0]] == list(range(1, length))
    for row in rows:
        assert row.context[-1] + 1 == row.tails[0][0]
        assert 2 <= len(row.context) + len(row.tails[0]) <= window
