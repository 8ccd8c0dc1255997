"""The component: its options, its window, its identity, its errors."""

import shutil
import sys

import pytest
import torch

from promptlab.model.huggingface import HuggingFace
from promptlab.model.loading import Weights, load_weights, resolve_dtype
from promptlab.protocols import ContextOverflow
from promptlab.types import Completion, Failed, Generate, Sampling, Score


def test_replies_are_in_the_order_of_the_requests(llama, text):
    asked = [
        Score(text("Answer:"), (" three",)),
        Generate(text("a"), Sampling(max_tokens=2)),
        Score(text("Review: a wonderful film"), (" positive", "!")),
        Generate(text("Question: three apples"), Sampling(max_tokens=2)),
    ]
    replies = llama.answer(asked)
    assert [type(reply).__name__ for reply in replies] == ["Scores", "Completion"] * 2
    assert [llama.answer([ask])[0].prompt_tokens for ask in asked] == [
        reply.prompt_tokens for reply in replies
    ]
    assert llama.answer([]) == []


def test_a_prompt_longer_than_the_window_fails_alone_with_both_numbers(llama, text):
    short = Generate(text("a"), Sampling(max_tokens=2))
    long, scored = Generate(text("a" * 256)), Score(text("a" * 250), ("!" * 9,))
    replies = llama.answer([long, short, scored])
    assert [type(reply) for reply in replies] == [Failed, Completion, Failed]
    assert isinstance(replies[0].error, ContextOverflow)
    assert (replies[0].error.tokens, replies[0].error.window) == (257, 256)
    assert "257 tokens and the model's window holds 256" in replies[0].text
    assert replies[1] == llama.answer([short])[0]


def test_a_completion_ends_where_the_window_does(models_by_name, text):
    for model in models_by_name.values():
        (full,) = model.answer([Generate(text("a" * 255), Sampling(max_tokens=50))])
        assert full.completion_tokens == 1
        (near,) = model.answer(
            [Generate(text("a" * 250), Sampling(max_tokens=50, temperature=1.0))]
        )
        assert near.completion_tokens <= 6


def test_a_preview_is_what_is_read_and_loads_no_weights(folders, text, turns):
    model = HuggingFace(str(folders["llama"]), device="cpu")
    preview = model.preview(text("三 apples"))
    assert preview.text == "<s>三 apples"
    assert preview.tokens == len(model._tokenizer("三 apples").input_ids)
    assert preview.window == 256
    assert model.preview(turns(("user", "hi"))).text.endswith("<|im_start|>assistant\n")
    assert "_model" not in vars(model)


def test_counts_say_what_was_read_and_what_one_at_a_time_would_have_read(folders, text):
    model = HuggingFace(str(folders["llama"]), device="cpu", dtype="float32")
    assert model.counts.tokens_asked == 0
    prompt = text("Question: how many apples are left? " * 5)
    length = model.preview(prompt).tokens
    model.answer([Generate(prompt, Sampling(1.0, max_tokens=1, draw=draw)) for draw in range(6)])
    assert model.counts.asked == 6
    assert model.counts.tokens_asked == 6 * length
    assert model.counts.tokens_computed == length - 1 + 6


def test_weights_are_loaded_once_for_the_same_settings(folders, text):
    load_weights.cache_clear()
    for _ in range(2):
        model = HuggingFace(str(folders["llama"]), device="cpu", dtype="float32")
        model.answer([Generate(text("a"), Sampling(max_tokens=1))])
    assert load_weights.cache_info().misses == 1


def test_building_a_component_reads_nothing():
    model = HuggingFace("no/such-model")
    assert model.name == "no/such-model"


def test_a_model_that_is_not_there_is_named_with_the_way_out(tmp_path, text):
    empty = HuggingFace(str(tmp_path), device="cpu")
    with pytest.raises(FileNotFoundError, match=r"config\.json.*on the hub"):
        empty.answer([Generate(text("a"))])
    missing = HuggingFace(str(tmp_path / "nothing"), device="cpu")
    with pytest.raises(FileNotFoundError, match="nothing"):
        missing.preview(text("a"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "model.name is empty"),
        ({"dtype": "int7"}, "'int7'; expected one of"),
        ({"quantization": "2bit"}, "'2bit'; expected one of"),
        ({"batch_tokens": 0}, "expected at least 1"),
    ],
)
def test_options_no_model_can_have_are_refused_where_they_are_written(options, message):
    with pytest.raises(ValueError, match=message):
        HuggingFace(**{"name": "x/y", **options})


@pytest.mark.parametrize(
    ("options", "package", "extra"),
    [
        ({"adapter": "some/adapter"}, "peft", "peft"),
        ({"quantization": "4bit"}, "bitsandbytes", "quant"),
    ],
)
def test_a_missing_extra_is_named(folders, text, monkeypatch, options, package, extra):  # noqa: PLR0917
    monkeypatch.setitem(sys.modules, package, None)
    model = HuggingFace(str(folders["llama"]), device="cpu", **options)
    with pytest.raises(ImportError, match=rf'needs.*{package}.*pip install "promptlab\[{extra}\]"'):
        model.answer([Generate(text("a"))])


def test_identity_names_weights_tokenizer_device_and_dtype(folders, tmp_path):
    def identity(folder, **options):
        return dict(HuggingFace(str(folder), device="cpu", **options).identity)

    mine = identity(folders["llama"], dtype="float32")
    assert set(mine) == {"name", "weights", "tokenizer", "device", "dtype", "engine"}
    assert all(isinstance(value, str) for value in mine.values())
    copy = tmp_path / "copy"
    shutil.copytree(folders["llama"], copy)
    assert identity(copy, dtype="float32") == {**mine, "name": str(copy)}
    assert identity(folders["qwen2"], dtype="float32")["weights"] != mine["weights"]
    assert identity(copy, dtype="bfloat16")["dtype"] == "bfloat16"


def test_identity_changes_with_the_chat_template(folders, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(folders["llama"], copy)
    template = copy / "chat_template.jinja"
    template.write_text(template.read_text() + "!")
    other, mine = (HuggingFace(str(f), device="cpu").identity for f in (copy, folders["llama"]))
    assert other["tokenizer"] != mine["tokenizer"]


def test_dtype_follows_the_hardware_unless_it_is_said(folders):
    assert resolve_dtype("float16", "cpu") == "float16"
    assert resolve_dtype("auto", "cpu") in {"float32", "bfloat16"}
    model = load_weights(Weights(str(folders["llama"]), None, "cpu", "bfloat16"))
    assert model.dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("features", "dtype"),
    [
        ({"cpu_name": "AMD EPYC", "avx512_bf16": True}, "bfloat16"),
        ({"cpu_name": "AMD EPYC", "avx512_bf16": False}, "float32"),
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True, "amx_bf16": True}, "bfloat16"),
        ({"cpu_name": "Intel Xeon", "avx512_bf16": True, "amx_bf16": False}, "float32"),
        ({}, "float32"),
    ],
)
def test_bfloat16_is_chosen_where_it_is_the_faster(monkeypatch, features, dtype):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: features)
    assert resolve_dtype("auto", "cpu") == dtype


def test_half_precision_answers_like_single_precision(folders, models_by_name, text):
    half = HuggingFace(str(folders["llama"]), device="cpu", dtype="bfloat16")
    ask = Score(text("Review: a wonderful film. Label:"), (" positive", " three apples"))
    (expected,) = models_by_name["llama"].answer([ask])
    (reply,) = half.answer([ask])
    assert reply.logprobs == pytest.approx(expected.logprobs, abs=1.0)
    assert reply.lengths == expected.lengths
