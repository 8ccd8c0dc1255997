"""A tiny sentence-transformers model, made here, learns which texts belong together."""

import numpy as np
import pytest
from tiny_encoder import TRAINING

from promptlab.encoder.cache import Cached
from promptlab.encoder.training import Training, Triple, loss_of

TRIPLES = [
    Triple(f"{colour} asks", f"{animal} of", f"{other} of")
    for colour, animal, other in (
        ("red", "cat", "dog"),
        ("green", "dog", "bird"),
        ("blue", "bird", "cat"),
        ("红", "猫", "dog"),
    )
]


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


def test_the_loss_is_the_softmax_of_the_better_text_among_all_of_a_batch(encoder_folder):
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(encoder_folder), device="cpu").eval()
    columns = [
        [getattr(each, name) for each in TRIPLES[:3]] for name in ("text", "better", "worse")
    ]
    asked, better, worse = (model.encode(texts, normalize_embeddings=True) for texts in columns)
    scores = 20 * asked @ np.concatenate([better, worse]).T
    by_hand = np.log(np.exp(scores).sum(axis=1)) - np.diag(scores[:, :3])
    features = [model.tokenize(texts) for texts in columns]
    assert float(loss_of(model)(features, None)) == pytest.approx(by_hand.mean(), rel=1e-4)


def test_training_shows_no_bar_of_a_card_that_is_not_written(encoder, capfd):
    encoder.trained(TRIPLES, Training(epochs=1, batch_size=4))
    assert "widget" not in "".join(capfd.readouterr())
