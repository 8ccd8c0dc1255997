"""What an encoder's vocabulary does not hold is told, and an encoder that holds it is not."""

import dataclasses
import json
import warnings

import pytest
from tiny_encoder import written_encoder

from promptlab.cli.config.compose import build, compose
from promptlab.encoder.cache import Cached
from promptlab.encoder.folder import model_folder
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.encoder.vocabulary import unknown_share
from promptlab.index.embedding import Texts
from promptlab.types import Question

POOL = (
    "今天天气很好",
    "明天会下雨吗",
    "红色的猫在睡觉",
    "绿色的鸟在飞",
    "股票又下跌了",
    "球队赢得比赛",
)


@pytest.fixture(scope="module")
def characters_folder(tmp_path_factory):
    """Write an encoder whose words are the characters of the pool."""
    known = sorted({*"".join(POOL)})
    return written_encoder(tmp_path_factory.mktemp("characters"), known, split=".")


def composed(tmp_path, folder):
    """Build the experiment of a person who names an encoder's folder."""
    lines = [json.dumps({"id": f"p{n}", "question": q, "answer": "x"}) for n, q in enumerate(POOL)]
    (tmp_path / "train.jsonl").write_text("\n".join(lines), "utf-8")
    asked = {"id": "t", "question": "红色的猫睡觉", "answer": "x"}
    (tmp_path / "test.jsonl").write_text(json.dumps(asked), "utf-8")
    told = ["dataset=jsonl", f"dataset.path={tmp_path}", "selection=knn", "k=1", "tracking=none"]
    told += ["encoder=hub", f"encoder.inner.name={folder}", "encoder.inner.device=cpu"]
    return build(compose([*told, f"encoder.folder={tmp_path / 'embeddings'}"]))


def test_an_encoder_by_config_that_knows_chinese_finds_the_nearest_without_a_warning(
    tmp_path, characters_folder
):
    experiment = composed(tmp_path, characters_folder)
    select = experiment.selection.fit(experiment.dataset.pool)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (demo,) = select(experiment.dataset.test[0].question)
        (same,) = select(Question("other", "绿色的鸟飞"))
    assert (demo.question.text, same.question.text) == (POOL[2], POOL[3])


def test_an_encoder_that_knows_no_chinese_says_so_before_anything_is_asked(
    tmp_path, encoder_folder
):
    experiment = composed(tmp_path, encoder_folder)
    select = experiment.selection.fit(experiment.dataset.pool)
    with pytest.warns(RuntimeWarning, match="half of the tokens .*e5-small.*bm25"):
        select(experiment.dataset.test[0].question)


def test_the_default_encoder_knows_english_and_little_of_chinese():
    folder = model_folder("sentence-transformers/all-MiniLM-L6-v2")
    assert unknown_share(folder, ["Who wrote the play that is named after a Danish prince?"]) == 0
    # Of these 天 alone is in its vocabulary, twice there.
    assert unknown_share(folder, ["今天天气很晴朗"]) == pytest.approx(5 / 7)


def test_the_share_is_of_tokens_whatever_the_texts_are(characters_folder):
    assert unknown_share(characters_folder, ["今天", "猫狗", "狗" * 4]) == pytest.approx(5 / 8)
    assert unknown_share(characters_folder, ["", " "]) == 0
    assert unknown_share(characters_folder, ["\ud800今"]) == pytest.approx(1 / 2)
    assert unknown_share(characters_folder / "nowhere", ["狗"]) == 0


@dataclasses.dataclass(frozen=True)
class Half:
    """Knows no text with a number."""

    identity: str = "half"

    def encode(self, texts):
        raise AssertionError

    def unknown(self, texts):
        return sum(text.isdigit() for text in texts) / len(texts)


def test_some_of_a_large_pool_are_looked_at_and_a_quarter_is_let_pass(tmp_path):
    texts = [str(n) if n % 3 == 0 else "words" for n in range(1000)]
    with pytest.warns(RuntimeWarning, match="more than a quarter of the tokens of these texts"):
        Texts.of(texts, Cached(Half(), folder=str(tmp_path)))
    with pytest.warns(RuntimeWarning, match="more than half of the tokens") as one:
        Texts.of(["1", "2", "words"], Half())
    with pytest.warns(RuntimeWarning) as other:
        Texts.of(["1", "2", "3", "words"], Half())
    assert str(one[0].message) == str(other[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Texts.of(["1", "a", "b", "c"], Half())
        Texts.of([], Half())


def test_a_cache_of_an_encoder_that_does_not_tell_knows_of_nothing_unknown(tmp_path):
    silent = type("Silent", (), {"identity": "silent"})()
    assert Cached(silent, folder=str(tmp_path)).unknown(["狗"]) == 0
    with pytest.raises(FileNotFoundError):
        SentenceTransformerEncoder(str(tmp_path / "none")).unknown(["狗"])
