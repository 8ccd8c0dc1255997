"""Models by name where the hub cannot be reached: those in its cache work, others are named."""

import shutil
import socket

import pytest
from huggingface_hub import constants

from promptlab.machine import hub_connection
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling

COMMIT = "1" * 40


@pytest.fixture(autouse=True)
def _unreachable(monkeypatch, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub_connection, "AGAIN", 0.0)
    hub_connection._failure.cache_clear()


def test_a_model_in_the_cache_works(folders, tmp_path, text, models_by_name):
    repo = tmp_path / "models--nobody--tiny"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text(COMMIT)
    shutil.copytree(folders["llama"], repo / "snapshots" / COMMIT)
    model = HuggingFace("nobody/tiny", device="cpu", dtype="float32")
    ask = Generate(text("Question: how many"), Sampling(max_tokens=4))
    assert model.answer([ask]) == models_by_name["llama"].answer([ask])
    assert model.identity["weights"] == COMMIT
    assert model.preview(ask.prompt).window == 256


@pytest.mark.parametrize("use", ["answer", "identity", "preview", "adapter"])
def test_a_name_that_is_nowhere_is_named_with_the_reason(folders, text, use, capfd):
    model = HuggingFace("nobody/no-such-model", device="cpu")
    if use == "adapter":
        pytest.importorskip("peft", reason='peft is missing: pip install "promptlab[peft]"')
        model = HuggingFace(str(folders["llama"]), device="cpu", adapter="nobody/no-such-model")
    uses = {
        "identity": lambda: model.identity,
        "preview": lambda: model.preview(text("a")),
        "answer": lambda: model.answer([Generate(text("a"))]),
        "adapter": lambda: model.answer([Generate(text("a"))]),
    }
    with pytest.raises(FileNotFoundError, match=r"no folder 'nobody/no-such-model'.*127\.0\.0\.1"):
        uses[use]()
    assert "Retrying" not in capfd.readouterr().err


@pytest.mark.parametrize("name", ["./mine", "/no/such/folder", "~/mine", "a/b/c"])
def test_what_can_only_be_a_path_is_not_looked_for_on_the_hub(name, text):
    with pytest.raises(FileNotFoundError, match=f"no folder '{name}': give the folder"):
        HuggingFace(name, device="cpu").preview(text("a"))
