"""Who answers a winner's questions, where nobody is named."""

import dataclasses

import pytest
from laws import composed, options
from omegaconf import OmegaConf

from promptlab.cli.who_answers import LOCAL, measured_with


def described(option, *overrides):
    return OmegaConf.to_container(composed("model", option, *overrides).model, resolve=True)


OF_THIS_MACHINE = [
    option
    for option in options("model")
    if described(option)["_target_"].rpartition(".")[0] in LOCAL
]


def test_the_embedded_models_are_of_this_machine():
    assert {"smollm2", "gemma3", "gguf", "hf", "scripted"} <= set(OF_THIS_MACHINE)


@pytest.mark.parametrize("demonstrations", ["", "joint", "independent", "blended"])
@pytest.mark.parametrize("option", OF_THIS_MACHINE)
def test_every_model_of_this_machine_answers_as_it_was_measured(option, demonstrations):
    reads = "demonstrations" in described(option)
    source = described(option, *([f"demonstrations={demonstrations}"] * bool(demonstrations)))
    made = measured_with({"source": source})
    assert type(made).__module__ in LOCAL
    for field in dataclasses.fields(made):
        if isinstance(source.get(field.name), str | int | float):
            assert getattr(made, field.name) == source[field.name]
    if reads and demonstrations:
        assert type(made.demonstrations).__name__.lower() == demonstrations


def test_a_winner_chooses_no_place_to_write_to_and_no_code_to_run():
    source = described("hf")
    made = measured_with({"source": source | {"kept_folder": "/etc/kept"}})
    assert made.kept_folder == ""
    for other in (described("openai"), source | {"trust_remote_code": True}):
        with pytest.raises(ValueError, match="no model of this machine; say who answers"):
            measured_with({"source": other})
    for beyond in ("promptlab.model.server.openai.OpenAI", "os.system"):
        with pytest.raises(ValueError, match="no stage of a prompt|data never runs code"):
            measured_with({"source": source | {"demonstrations": {"_target_": beyond}}})
