"""A tree of continuations is read at once by models that take a mask, and only by these."""

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from promptlab.engine.capabilities import reader
from promptlab.engine.forward import read, read_trees
from promptlab.engine.sharing.continuation_tree import trees
from promptlab.engine.state import begin

CONTEXT = list(range(1, 30))
TAILS = ((5, 6, 7, 8), (5, 6, 9, 1, 2), (10, 11, 12, 13, 14, 15, 16), (10, 11, 3))
SIZES = {
    "vocab_size": 100,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "initializer_range": 0.3,
}


def _model(kind, **more):
    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **SIZES, **more)
    return AutoModelForCausalLM.from_config(config, dtype=torch.float32).eval()


@torch.inference_mode()
def _alone(model, tail):
    logprobs = model(torch.tensor([[*CONTEXT, *tail]])).logits[0].log_softmax(-1)
    return sum(logprobs[len(CONTEXT) + at, token].item() for at, token in enumerate(tail[1:]))


@torch.inference_mode()
@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("llama", {}),
        ("mistral", {"sliding_window": 8}),
        ("cohere2", {"sliding_window": 8}),
        ("qwen2", {"use_sliding_window": True, "sliding_window": 8, "max_window_layers": 1}),
        ("gpt_neox", {}),
    ],
)
def test_a_tree_gives_what_its_branches_give(kind, more):
    model = _model(kind, **more)
    found = reader(model)
    assert found.branches
    (tree,) = trees(TAILS, 512)
    rows, _ = read(found, begin(found, [None], [0, 0]), [CONTEXT, CONTEXT[:20]])
    straight = trees((TAILS[2],), 512)[0]
    features = read_trees(found, rows, [tree, straight])[0, : len(tree.tokens)]
    ids = [[*some, *[0] * (8 - len(some))] for some in tree.following]
    logprobs = found.logprobs(features, torch.tensor(ids))
    for number, path in tree.paths:
        scored = sum(logprobs[node, choice].item() for node, choice in path)
        assert scored == pytest.approx(_alone(model, TAILS[number]), abs=1e-4)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("bloom", {"n_head": 4, "n_layer": 2}),
        ("falcon", {"alibi": True}),
        ("mpt", {"d_model": 32, "n_heads": 4, "n_layers": 2}),
        ("gemma2", {"sliding_window": 8, "head_dim": 8}),
    ],
)
def test_positions_by_a_bias_and_attention_of_its_own_take_no_trees(kind, more):
    assert not reader(_model(kind, **more)).branches
