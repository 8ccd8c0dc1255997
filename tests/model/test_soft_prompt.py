"""Soft prompts are read before every prompt, as PEFT reads them, and are never written."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

peft = pytest.importorskip("peft", reason='peft is missing: pip install "promptlab[peft]"')

TOKENS = 5


def component(folder: Path, adapter: Path | str = "") -> HuggingFace:
    return HuggingFace(str(folder), device="cpu", dtype="float32", adapter=str(adapter))


def tuned(folder: Path):
    """PEFT's own model with vectors drawn by chance."""
    torch.manual_seed(1)
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=TOKENS)
    return peft.get_peft_model(AutoModelForCausalLM.from_pretrained(folder), config).eval()


@pytest.fixture(scope="module")
def adapters(folders, tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("soft")
    for name, folder in folders.items():
        tuned(folder).save_pretrained(root / name)
    return {name: root / name for name in folders}


@pytest.fixture
def asked(text):
    return Score(text("Review: a wonderful film. Label:"), (" positive", " three apples"))


@pytest.mark.parametrize("name", ["llama", "qwen2", "gemma3", "gpt2"])
def test_they_are_scored_as_peft_scores_them(folders, adapters, asked, name):
    plain, model = component(folders[name]), component(folders[name], adapters[name])
    row, theirs = plain.score_tokens(asked), tuned(folders[name])
    for place, tail in enumerate(row.tails):
        with torch.no_grad():
            logits = theirs(input_ids=torch.tensor([[*row.context, *tail]])).logits[0]
        told = logits.log_softmax(-1)[-len(tail) - 1 : -1].gather(1, torch.tensor(tail)[:, None])
        (reply,) = model.answer([asked])
        assert reply.logprobs[place] == pytest.approx(told.sum().item(), abs=1e-3)
    assert reply.logprobs != pytest.approx(plain.answer([asked])[0].logprobs, abs=0.1)


def test_completions_are_those_that_peft_writes(folders, adapters, text):
    model, theirs = component(folders["llama"], adapters["llama"]), tuned(folders["llama"])
    (prompts) = [text(words) for words in ("a", "Review: a wonderful film", "评论：这家餐厅")]
    replies = model.answer([Generate(prompt, Sampling(max_tokens=6)) for prompt in prompts])
    for prompt, reply in zip(prompts, replies, strict=True):
        ids = list(component(folders["llama"]).token_ids(prompt))
        for _ in range(reply.completion_tokens):
            with torch.no_grad():
                logits = theirs(input_ids=torch.tensor([ids])).logits[0, -1]
            ids.append(int(logits.argmax()))
        assert ids[-1] < len(model._tokenizer)
        assert model._tokenizer.decode(ids).endswith(reply.text) or reply.finish_reason == "stop"


def test_they_take_room_and_are_counted(folders, adapters, asked):
    plain, model = component(folders["llama"]), component(folders["llama"], adapters["llama"])
    assert model.preview(asked.prompt).tokens == plain.preview(asked.prompt).tokens + TOKENS
    assert model.preview(asked.prompt).text == plain.preview(asked.prompt).text
    (one,), (other,) = model.answer([asked]), plain.answer([asked])
    assert one.prompt_tokens == other.prompt_tokens + TOKENS
    assert one.lengths == other.lengths


def test_whole_texts_are_scored_after_them_too(folders, adapters):
    texts = ["a wonderful film", "three apples are left in the basket. " * 40]
    plain, model = component(folders["llama"]), component(folders["llama"], adapters["llama"])
    told = model.score_texts(texts)
    assert [each.lengths for each in told] == [each.lengths for each in plain.score_texts(texts)]
    assert told[0].logprobs != pytest.approx(plain.score_texts(texts)[0].logprobs, abs=0.1)
    with pytest.raises(ValueError, match="at most 251, the model's own"):
        model.score_texts(texts, window=256)


def test_those_of_a_model_of_another_size_are_refused(folders, adapters, asked, tmp_path):
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2, token_dim=16)
    small = AutoModelForCausalLM.from_pretrained(folders["llama"]).config
    small.update({"hidden_size": 16, "head_dim": 4})
    model = AutoModelForCausalLM.from_config(small)
    peft.get_peft_model(model, config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="does not fit the model, a Llama.*vectors of 16 numbers"):
        component(folders["llama"], tmp_path).answer([asked])


def test_other_prompts_that_are_learnt_are_refused_by_their_name(folders, asked, tmp_path):
    config = peft.PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=2)
    model = AutoModelForCausalLM.from_pretrained(folders["llama"])
    peft.get_peft_model(model, config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="of the kind PREFIX_TUNING; expected .*LORA"):
        component(folders["llama"], tmp_path).answer([asked])
