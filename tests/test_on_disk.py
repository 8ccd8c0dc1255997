"""A run over what lies on this disk is another run once something else lies there."""

import json
from dataclasses import replace

import pytest

from promptlab.data.jsonl import Jsonl
from promptlab.encoder.cache import Cached
from promptlab.encoder.cross_encoder import CrossEncoder
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.experiment import Experiment
from promptlab.model.embedded import Embedded
from promptlab.model.huggingface import HuggingFace
from promptlab.model.scripted import Scripted
from promptlab.model.vllm import VLLM
from promptlab.on_disk import on_disk
from promptlab.ordering.similar_last import SimilarLast
from promptlab.selection.combined.rerank import Rerank
from promptlab.selection.dense.knn import KNN
from promptlab.strategy.direct import Direct


@pytest.fixture
def folder(tmp_path):
    """The folder of a model, as far as a name goes."""
    made = tmp_path / "model"
    made.mkdir()
    (made / "model.safetensors").write_bytes(b"weights")
    return made


@pytest.mark.parametrize("kind", [SentenceTransformerEncoder, CrossEncoder])
def test_a_model_in_a_folder_is_named_by_its_files_and_one_of_the_hub_is_not_fetched(kind, folder):
    assert not kind("nobody/has-this").on_disk
    before = kind(str(folder)).on_disk
    assert before == kind(str(folder)).on_disk
    (folder / "model.safetensors").write_bytes(b"others")
    assert kind(str(folder)).on_disk not in ("", before)


def test_it_is_found_however_deep_it_is_named(folder):
    encoder = SentenceTransformerEncoder(str(folder))
    scorer = CrossEncoder(str(folder))
    selection = Rerank(4, KNN(9, Cached(encoder)), scorer)
    found = on_disk({"one": selection}, "text", None)
    assert found == [encoder.on_disk, scorer.on_disk]
    assert on_disk(Rerank(4, KNN(9, SentenceTransformerEncoder()), CrossEncoder())) == []


def test_a_run_is_another_when_the_model_in_the_folder_is(folder, tmp_path):
    for part in ("train", "test"):
        row = json.dumps({"question": f"{part}?", "answer": "a"})
        (tmp_path / f"{part}.jsonl").write_text(row + "\n")
    dataset = Jsonl(str(tmp_path)).load()
    scorer = CrossEncoder(str(folder))
    selection = Rerank(1, KNN(1, SentenceTransformerEncoder()), scorer)
    run = Experiment(
        dataset,
        selection,
        SimilarLast(),
        Direct(dataset.task),
        Scripted(),
        {},
        config={"name": "a"},
        folder=tmp_path / "out",
    )
    before = run.key
    assert before == replace(run).key
    (folder / "model.safetensors").write_bytes(b"others")
    assert replace(run).key not in ("", before)


@pytest.mark.parametrize("kind", [HuggingFace, VLLM])
def test_a_language_model_is_too(kind, folder):
    assert not kind("nobody/has-this").on_disk
    before = kind(str(folder)).on_disk
    (folder / "model.safetensors").write_bytes(b"others")
    assert kind(str(folder)).on_disk not in ("", before)


def test_so_is_a_file_of_one(folder):
    file = folder / "own.gguf"
    file.write_bytes(b"GGUF")
    before = Embedded(path=str(file)).on_disk
    file.write_bytes(b"GGUF and more")
    assert Embedded(path=str(file)).on_disk not in ("", before)
    assert not Embedded().on_disk
