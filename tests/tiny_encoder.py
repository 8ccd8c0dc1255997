"""A tiny sentence-transformers model of ten words, made here, and how it is trained.

The fixtures of the tests of `encoder/` and `selection/learned/`, whose `conftest.py` name them.
"""

import pytest

from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder
from promptlab.encoder.training import Training

WORDS = ("red", "green", "blue", "cat", "dog", "bird", "asks", "of", "猫", "红")
TRAINING = Training(epochs=40, batch_size=4, learning_rate=1e-2)


@pytest.fixture(scope="module")
def encoder_folder(tmp_path_factory):
    """Write the model to a folder."""
    return written_encoder(tmp_path_factory.mktemp("encoder"), WORDS)


def written_encoder(root, words, split=r"\S+"):
    """Write a model with random weights, which knows these words; return its folder."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Regex, Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *words])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(split), "isolated")]
    )
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
    read = models.Transformer(str(root / "bert"), max_seq_length=16)
    whole = SentenceTransformer(modules=[read, models.Pooling(16)])
    whole.save_pretrained(str(root / "whole"), create_model_card=False)
    return root / "whole"


@pytest.fixture
def encoder(encoder_folder, tmp_path, monkeypatch):
    """What reads it, and keeps what it makes in a folder of the test's own."""
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path))
    return SentenceTransformerEncoder(str(encoder_folder), device="cpu")
