"""Demonstrations that are read each on its own: exact where they must be, refused where not."""

import random
from dataclasses import replace

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    CohereConfig,
    Gemma3TextConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    MambaConfig,
    Qwen2Config,
)

from promptlab.engine.capabilities import reader
from promptlab.engine.demonstrations.kept import Kept
from promptlab.engine.demonstrations.placed import Placed, placed
from promptlab.engine.demonstrations.placing import place
from promptlab.engine.demonstrations.rotary import turns
from promptlab.engine.demonstrations.shelf import Shelf
from promptlab.engine.forward import read
from promptlab.engine.scheduler import Limits
from promptlab.engine.scoring import ScoreRow, score
from promptlab.engine.sharing.prefix_cache import PrefixCache
from promptlab.engine.state import begin

SHARED = {
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "max_position_embeddings": 256,
    "initializer_range": 0.25,
    "pad_token_id": 1,
}
WINDOWS = ["sliding_attention", "sliding_attention", "full_attention"]
ROTARY = {
    "llama": LlamaConfig(**SHARED, num_key_value_heads=2),
    "qwen2": Qwen2Config(**SHARED, num_key_value_heads=2),
    "gemma3": Gemma3TextConfig(
        **SHARED,
        num_key_value_heads=1,
        head_dim=8,
        query_pre_attn_scalar=8,
        sliding_window=8,
        layer_types=WINDOWS,
    ),
    "gpt_neox": GPTNeoXConfig(**SHARED, rotary_pct=0.5),
    "cohere": CohereConfig(**SHARED, num_key_value_heads=2, logit_scale=1.0),
}
LEARNED = {"vocab_size": 64, "n_embd": 32, "n_layer": 2, "n_head": 4}
OTHER = {
    "gpt2": (GPT2Config(**LEARNED, n_positions=64), "learned"),
    "bloom": (BloomConfig(vocab_size=64, hidden_size=32, n_layer=2, n_head=4), "ALiBi"),
    "mamba": (MambaConfig(vocab_size=64, hidden_size=32, num_hidden_layers=2), "keep keys"),
    "moving": (
        LlamaConfig(
            **SHARED, rope_parameters={"rope_type": "dynamic", "rope_theta": 1e4, "factor": 2.0}
        ),
        "length of the prompt",
    ),
}
HEAD, REST = (3, 4, 5), (40, 41, 42, 43)
ITEMS = ((6, 7, 8, 9, 10), (11, 12, 13, 14, 15, 16, 17), (18, 19, 20), (21, 22, 23, 24))
LIMITS = Limits(4096, 64, 512, 4)


def _made(config):
    torch.manual_seed(7)
    return reader(AutoModelForCausalLM.from_config(config).eval())


@pytest.fixture(scope="module", params=ROTARY)
def rotary(request):
    return _made(ROTARY[request.param])


@torch.inference_mode()
def _features(kept, beginning, rest=REST):
    return read(kept.reader, begin(kept.reader, [place(kept, beginning)], [0]), [rest])[1]


@torch.inference_mode()
def _joint(reader, *parts):
    tokens = [token for part in parts for token in part]
    return read(reader, begin(reader, [None], [0]), [tokens])[1][:, -len(REST) :]


def _close(left, right, off=1e-4):
    return (left - right).abs().max().item() < off * right.abs().max().item()


@pytest.mark.parametrize("parallel", [False, True])
def test_one_demonstration_is_what_reading_from_end_to_end_gives(rotary, parallel):
    for head in (HEAD, ()):
        made = _features(Kept(rotary), Placed(head, ITEMS[:1], parallel))
        assert _close(made, _joint(rotary, head, ITEMS[0], REST))


def test_blending_all_tokens_is_what_reading_from_end_to_end_gives(rotary):
    kept = Kept(rotary)
    joint = _joint(rotary, HEAD, *ITEMS, REST)
    assert _close(_features(kept, Placed(HEAD, ITEMS, share=1.0)), joint)
    apart = _features(kept, Placed(HEAD, ITEMS))
    assert not _close(apart, joint, 1e-3)
    some = _features(kept, Placed(HEAD, ITEMS, share=0.5))
    assert not _close(some, joint, 1e-3)
    assert not _close(some, apart, 1e-3)


@torch.inference_mode()
@pytest.mark.parametrize(("head", "parallel"), [(HEAD, True), ((), True), ((), False)])
def test_demonstrations_apart_are_what_a_mask_gives_in_one_pass(head, parallel):
    # With a head, successive places have none: it is nearer when each is read than when all are.
    llama = _made(ROTARY["llama"])
    parts = [head, *ITEMS, REST]
    owner = torch.tensor([n for n, part in enumerate(parts) for _ in part])
    seen = (owner[:, None] == owner) | (owner == 0) | (owner == len(parts) - 1)[:, None]
    mask = (seen & torch.ones_like(seen).tril())[None, None]
    starts = [0, *[len(head)] * len(ITEMS), len(head) + max(map(len, ITEMS))]
    if not parallel:
        starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    places = [
        start + step for start, part in zip(starts, parts, strict=True) for step in range(len(part))
    ]
    ids = torch.tensor([[token for part in parts for token in part]])
    whole = llama.body(input_ids=ids, attention_mask=mask, position_ids=torch.tensor([places]))
    made = _features(Kept(llama), Placed(head, ITEMS, parallel))
    assert _close(made, whole.last_hidden_state[:, -len(REST) :])


@torch.inference_mode()
def test_parallel_places_make_order_vanish(rotary):
    kept = Kept(rotary)
    if any(layer.is_sliding for layer in begin(rotary, [None], [0]).cache.layers):
        with pytest.raises(ValueError, match="windows count"):
            kept.prepare([Placed(HEAD, ITEMS, parallel=True)], LIMITS)
        return
    made = _features(kept, Placed(HEAD, ITEMS, parallel=True))
    turned = _features(kept, Placed(HEAD, ITEMS[::-1], parallel=True))
    assert _close(made, turned)
    assert not _close(_features(kept, Placed(HEAD, ITEMS[::-1])), turned, 1e-3)


@pytest.mark.parametrize("name", OTHER)
def test_models_whose_keys_cannot_be_moved_are_refused_with_the_reason(name):
    config, why = OTHER[name]
    kept = Kept(_made(config))
    with pytest.raises(ValueError, match=why):
        kept.prepare([Placed(HEAD, ITEMS)], LIMITS)


def test_each_is_read_once_whatever_the_order():
    kept, some = Kept(_made(ROTARY["llama"])), random.Random(3)
    beginnings = [Placed(HEAD, tuple(some.sample(ITEMS, 3))) for _ in range(20)]
    with torch.inference_mode():
        kept.prepare(beginnings, LIMITS)
        for beginning in beginnings:
            place(kept, beginning)
    assert kept.tokens == len(HEAD) + sum(map(len, ITEMS))


def test_what_was_used_least_recently_goes_first_and_is_read_anew():
    llama = _made(ROTARY["llama"])
    ample, tight = Kept(llama), Kept(llama, most=1)
    beginning = Placed(HEAD, ITEMS)
    with torch.inference_mode():
        tight.prepare([beginning], LIMITS)
    assert _close(_features(tight, beginning), _features(ample, beginning), 1e-5)
    assert len(tight._known) == 1
    assert tight.tokens > ample.tokens
    assert ample.held == sum(
        columns.nbytes for part in ample._known.values() for pair in part for columns in pair
    )


def test_another_process_finds_on_disk_what_was_read(tmp_path):
    llama, beginning = _made(ROTARY["llama"]), Placed(HEAD, ITEMS)
    first, second = (Kept(llama, shelf=Shelf(tmp_path)) for _ in range(2))
    made = _features(first, beginning)
    assert torch.equal(_features(second, beginning), made)
    with torch.inference_mode():
        second.prepare([beginning], LIMITS)
    assert second.tokens == 0
    files = sorted(tmp_path.rglob("*.safetensors"))
    assert len(files) == len(ITEMS) + 1
    for file in files:
        file.write_bytes(file.read_bytes()[:99])
    third = Kept(llama, shelf=Shelf(tmp_path))
    assert torch.equal(_features(third, beginning), made)
    assert third.tokens == first.tokens
    other = _made(Qwen2Config(**{**SHARED, "num_hidden_layers": 2}, num_key_value_heads=2))
    fourth = Kept(other, shelf=Shelf(tmp_path))
    assert _features(fourth, beginning).isfinite().all()
    assert fourth.tokens == first.tokens


def test_scores_over_several_beginnings_are_those_of_each_alone(rotary):
    rest = [(40, 41), (40, 41, 42, 43), (44,)]
    beginnings = [Placed(HEAD, ITEMS), Placed(HEAD, ITEMS[2:]), Placed((), ITEMS[:1])]
    rows = []
    for ahead, tail in zip([*beginnings, None], [*rest, (3, 4, 5, 6, 9)], strict=True):
        tokens = [] if ahead is None else [*ahead.head, *(t for item in ahead.items for t in item)]
        rows.append(ScoreRow([*tokens, *tail], [[5, 6], [7]], 0, ahead))
    with torch.inference_mode():
        together = score(PrefixCache(rotary), rows, LIMITS)
        alone = [score(PrefixCache(rotary), [row], LIMITS)[0] for row in rows]
    for left, right in zip(together, alone, strict=True):
        assert left.logprobs == pytest.approx(right.logprobs, abs=1e-4)


def test_a_prompt_is_parted_at_its_cuts_and_its_last_token_is_never_in_a_demonstration():
    assert placed(range(10), [2, 5, 5, 8]) == Placed((0, 1), ((2, 3, 4), (5, 6, 7)))
    assert placed(range(4), [1, 3, 9]) == Placed((0,), ((1, 2),))
    assert placed(range(3), [2, 9]) is None
    some = placed(range(10), [2, 5, 8], parallel=True)
    assert some is not None
    assert (len(some), some.saved, some.starts) == (8, 3, [2, 5])
    assert replace(some, parallel=False).shifts == [0] * 5 + [3] * 3


def test_keys_that_are_turned_on_are_those_of_the_other_place(rotary):
    assert len(turns(rotary)) == 3
    assert all(turn is not None for turn in turns(rotary))
