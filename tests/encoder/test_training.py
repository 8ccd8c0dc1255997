"""A tiny sentence-transformers model, made here, learns which texts belong together."""

import numpy as np
import pytest

from promptlab.encoder.cache import Cached
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.encoder.training import Training, Triple
from promptlab.model.scripted import Scripted
from promptlab.program import lifted, solve
from promptlab.selection.learned.epr import EPR
from promptlab.selection.lexical.bm25 import BM25
from promptlab.types import Example, Question, Task

WORDS = ("red", "green", "blue", "cat", "dog", "bird", "asks", "of", "猫", "红")
TRAINING = Training(epochs=40, batch_size=4, learning_rate=1e-2)
TRIPLES = [
    Triple(f"{colour} asks", f"{animal} of", f"{other} of")
    for colour, animal, other in (
        ("red", "cat", "dog"),
        ("green", "dog", "bird"),
        ("blue", "bird", "cat"),
        ("红", "猫", "dog"),
    )
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    root = tmp_path_factory.mktemp("encoder")
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(root / "bert")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
    )
    BertModel(config).save_pretrained(root / "bert")
    words = models.Transformer(str(root / "bert"), max_seq_length=16)
    whole = SentenceTransformer(modules=[words, models.Pooling(16)])
    whole.save_pretrained(str(root / "whole"), create_model_card=False)
    return root / "whole"


@pytest.fixture
def encoder(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    return SentenceTransformerEncoder(str(folder), device="cpu")


def apart(encoder, triples=TRIPLES):
    """How much nearer the better text is than the worse one, for each triple."""
    texts = [text for triple in triples for text in (triple.text, triple.better, triple.worse)]
    vectors = encoder.encode(texts).reshape(len(triples), 3, -1)
    return (vectors[:, 0] * (vectors[:, 1] - vectors[:, 2])).sum(axis=1)


def test_an_encoder_learns_which_texts_belong_together_and_the_first_stays_as_it_was(encoder):
    before = apart(encoder)
    learned = encoder.trained(TRIPLES, TRAINING)
    assert (apart(learned) > before).all()
    assert (apart(learned) > 0).all()
    assert np.array_equal(apart(encoder), before)
    assert learned.identity != encoder.identity


def test_the_same_lesson_is_learned_once(encoder, monkeypatch):
    learned = encoder.trained(TRIPLES, TRAINING)
    monkeypatch.setattr("promptlab.encoder.training._train", None)
    assert encoder.trained(TRIPLES, TRAINING) == learned


def test_a_cached_encoder_that_cannot_learn_is_refused():
    class Fixed:
        identity = "fixed"

    with pytest.raises(ValueError, match="Fixed cannot be trained; give a sentence-transformers"):
        Cached(Fixed()).trained(TRIPLES, TRAINING)


@pytest.mark.parametrize("fields", [{"epochs": 0}, {"batch_size": 1}, {"learning_rate": 0.0}])
def test_a_training_that_cannot_be_is_refused(fields):
    with pytest.raises(ValueError, match="expected at least 1 epoch, 2 in a batch, and a rate"):
        Training(**fields)


POOL = [
    Example(Question(f"pool-{n}", f"{colour} {animal}"), "yes")
    for n, (colour, animal) in enumerate(
        (colour, animal) for colour in ("red", "green", "blue") for animal in ("cat", "dog", "bird")
    )
]


def helps(request):
    """The right answer is likelier where the demonstration has the animal of the question."""
    shown, asked = request.prompt.text.split("Q: ")[-2:]
    return [-0.1 if shown.split()[1] == asked.split()[1] else -3.0]


def test_what_the_model_finds_helpful_is_retrieved(encoder):
    """Words alone tie: a member of the same colour shares as many as one of the same animal."""
    task = Task(answer="label", labels=("yes", "no"))
    epr = EPR(2, BM25(2), encoder, task, candidates=8, best=2, training=TRAINING)
    select = solve(lifted(epr.fit(POOL)), Scripted(score=helps))
    found = [select(example.question) for example in POOL]
    for example, demos in zip(POOL, found, strict=True):
        animal = example.question.text.split()[1]
        assert [demo.question.text.split()[1] for demo in demos] == [animal, animal]


def test_what_was_learned_is_written_to_a_folder_and_reads_other_data(encoder, tmp_path):
    task = Task(answer="label", labels=("yes", "no"))
    folder = tmp_path / "learned"
    epr = EPR(2, BM25(2), encoder, task, candidates=8, best=2, training=TRAINING, save=str(folder))
    select = solve(lifted(epr.fit(POOL)), Scripted(score=helps))
    again = SentenceTransformerEncoder(str(folder))
    texts = ["a grey cat", "a grey bird"]
    assert np.array_equal(again.encode(texts), select.rank.space.encoder.encode(texts))
    assert not np.array_equal(again.encode(texts), encoder.encode(texts))


def test_the_best_candidates_are_learned_beside_the_worst(encoder):
    task = Task(answer="label", labels=("yes", "no"))
    epr = EPR(1, BM25(1), encoder, task, candidates=8, best=2)
    inner = BM25(1).fit(POOL)
    triples = solve(epr._lessons(POOL, inner, POOL[0]), Scripted(score=helps))
    assert [triple.text for triple in triples] == ["red cat"] * 2
    assert {triple.better for triple in triples} == {"green cat", "blue cat"}
    assert all(not triple.worse.endswith("cat") for triple in triples)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"questions": 0}, "expected at least 1 question"),
        ({"candidates": 3, "best": 2}, "twice as many candidates as best"),
        ({"query": "{tier}"}, "query is .*cannot be filled in"),
    ],
)
def test_what_makes_no_sense_is_refused(encoder, fields, message):
    with pytest.raises(ValueError, match=message):
        EPR(1, BM25(1), encoder, Task(), **fields)


def test_an_encoder_that_cannot_be_trained_is_refused():
    with pytest.raises(ValueError, match="selection.encoder is object, which cannot be trained"):
        EPR(1, BM25(1), object(), Task())
