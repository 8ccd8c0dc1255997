"""A PEFT adapter: it changes the scores as merging it by hand does, and is part of the identity."""

import json
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, LlamaConfig

from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

peft = pytest.importorskip("peft", reason='peft is missing: pip install "promptlab[peft]"')

TARGETS = ["q_proj", "v_proj", "down_proj"]


def component(folder: Path, adapter: Path | str = "") -> HuggingFace:
    return HuggingFace(str(folder), device="cpu", dtype="float32", adapter=str(adapter))


def adapted(folder: Path, seed: int):
    """The model with a LoRA adapter whose weights are drawn by chance: none of them is zero."""
    torch.manual_seed(seed)
    settings = peft.LoraConfig(r=4, target_modules=TARGETS, init_lora_weights=False)
    return peft.get_peft_model(AutoModelForCausalLM.from_pretrained(folder), settings)


@pytest.fixture(scope="module")
def adapters(folders, tmp_path_factory) -> list[Path]:
    root = tmp_path_factory.mktemp("adapters")
    for seed in (1, 2):
        adapted(folders["llama"], seed).save_pretrained(root / str(seed))
    return [root / "1", root / "2"]


@pytest.fixture
def asked(text):
    return Score(text("Review: a wonderful film. Label:"), (" positive", " three apples"))


def test_an_adapter_scores_as_the_model_it_is_merged_into_by_hand(
    folders, adapters, asked, tmp_path
):
    merged = adapted(folders["llama"], 1).merge_and_unload()
    merged.save_pretrained(tmp_path)
    for file in folders["llama"].glob("*token*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (plain,) = component(folders["llama"]).answer([asked])
    (expected,) = component(tmp_path).answer([asked])
    (reply,) = component(folders["llama"], adapters[0]).answer([asked])
    assert reply.logprobs == pytest.approx(expected.logprobs, abs=1e-3)
    assert reply.logprobs != pytest.approx(plain.logprobs, abs=0.1)


def test_an_adapter_generates_what_its_batch_neighbours_do_not_change(folders, adapters, text):
    model = component(folders["llama"], adapters[0])
    requests = [Generate(text(words), Sampling(max_tokens=6)) for words in ("a", "Review: a film")]
    together = model.answer(requests)
    assert [model.answer([request])[0].text for request in requests] == [r.text for r in together]


def test_adapters_are_told_apart_by_their_content(folders, adapters, tmp_path):
    plain, one, two = (component(folders["llama"], adapter).identity for adapter in ("", *adapters))
    assert len({plain.get("adapter"), one["adapter"], two["adapter"]}) == 3
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in adapters[0].iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert component(folders["llama"], copy).identity == one


def test_the_store_never_serves_one_adapters_replies_for_another(
    folders, adapters, asked, tmp_path
):
    path = str(tmp_path / "completions.db")
    kept = [
        CachedModel(component(folders["llama"], adapter), path).answer([asked])[0]
        for adapter in ("", *adapters)
    ]
    assert len({reply.logprobs for reply in kept}) == 3
    again = CachedModel(component(folders["llama"], adapters[1]), path)
    assert again.answer([asked])[0].logprobs == kept[2].logprobs
    assert again.counts.found == 1


def test_an_adapter_that_is_not_there_is_named_with_the_way_out(folders, tmp_path, asked):
    missing = component(folders["llama"], tmp_path / "nothing")
    for use in (lambda: missing.answer([asked]), lambda: missing.identity):
        with pytest.raises(FileNotFoundError, match=r"nothing'.*adapter_config\.json"):
            use()
    no_adapter = component(folders["llama"], folders["qwen2"])
    with pytest.raises(FileNotFoundError, match=r"holds no adapter_config\.json"):
        no_adapter.answer([asked])


@pytest.mark.parametrize("change", [{"hidden_size": 64}, {"num_hidden_layers": 2}])
def test_an_adapter_of_another_model_is_refused(folders, adapters, asked, tmp_path, change):
    config = LlamaConfig.from_pretrained(folders["llama"])
    config.update({**change, "head_dim": change.get("hidden_size", 32) // 4})
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path)
    for file in folders["llama"].glob("*token*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ValueError, match="does not fit the model, a LlamaForCausalLM.*trained on"):
        component(tmp_path, adapters[0]).answer([asked])


def test_an_adapter_is_merged_so_that_nothing_of_it_stands_beside_the_weights(folders, adapters):
    model, plain = (component(folders["llama"], adapter)._model for adapter in (adapters[0], ""))
    assert list(model.state_dict()) == list(plain.state_dict())
    assert not torch.equal(
        *(each.model.layers[0].self_attn.q_proj.weight for each in (model, plain))
    )


def test_only_the_two_files_of_an_adapter_name_it(folders, adapters, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in adapters[0].glob("adapter_*"):
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "tuning.json").write_text("{}")
    expected = component(folders["llama"], adapters[0]).identity
    assert component(folders["llama"], copy).identity == expected


def test_without_an_adapter_the_identity_is_what_it_was(folders):
    plain = component(folders["llama"])
    assert list(plain.identity) == ["name", "weights", "tokenizer", "device", "dtype", "engine"]
    assert plain.identity == component(folders["llama"], "").identity


def test_half_an_adapter_is_refused(folders, adapters, asked, tmp_path):
    config = adapters[0] / "adapter_config.json"
    (tmp_path / config.name).write_bytes(config.read_bytes())
    half = component(folders["llama"], tmp_path)
    for use in (lambda: half.answer([asked]), lambda: half.identity):
        with pytest.raises(FileNotFoundError, match=r"holds no adapter_model.safetensors.*tune"):
            use()


def test_one_that_was_trained_here_on_another_model_is_refused_though_its_shapes_fit(
    folders, adapters, asked, tmp_path
):
    for file in adapters[0].glob("adapter_*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    base = dict(component(folders["llama"]).identity)
    record = tmp_path / "tuning.json"
    record.write_text(json.dumps({"model": base}))
    component(folders["llama"], tmp_path).answer([asked])
    record.write_text(json.dumps({"model": base | {"name": "older", "weights": "sha256:0123"}}))
    with pytest.raises(ValueError, match="trained on older .weights sha256:0123.*model is .*llama"):
        component(folders["llama"], tmp_path).answer([asked])
