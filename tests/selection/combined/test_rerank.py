import numpy as np
import pytest

from promptlab.encoder.cross_encoder import CrossEncoder
from promptlab.selection.combined.rerank import Rerank
from promptlab.selection.first import First
from promptlab.types import Example, Question

POOL = [Example(Question(f"pool-{n}", text), "") for n, text in enumerate(["cc", "a", "bbb", "d"])]


class Longest:
    """Finds long texts most alike to anything."""

    def scores(self, text, others):
        return np.array([len(other) for other in others], dtype=float)


def chosen(k=2, **fields):
    return [
        demo.question.text
        for demo in Rerank(k, First(k), Longest(), **fields).fit(POOL)(Question("q", "asked"))
    ]


def test_the_highest_scores_come_first_and_ties_as_they_were():
    assert chosen(4) == ["bbb", "cc", "a", "d"]


class InBatches:
    """Scores every text alike, but for the last bit, by its place in the batch."""

    def scores(self, text, others):
        return np.array([1 + place * np.finfo(float).eps for place in range(len(others))])


def test_copies_are_scored_once_and_keep_their_order():
    pool = [Example(Question(f"pool-{n}", text), "") for n, text in enumerate("abbab")]
    demos = Rerank(5, First(5), InBatches()).fit(pool)(Question("q", "asked"))
    assert [demo.id for demo in demos] == ["pool-1", "pool-2", "pool-4", "pool-0", "pool-3"]


def test_no_more_than_the_candidates_are_scored_and_the_others_follow():
    assert chosen(2, candidates=2) == ["cc", "a"]
    select = Rerank(2, First(2), Longest(), candidates=2).fit(POOL)
    assert [hit.index for hit in select.ranked(Question("q", "asked"), 4)] == [0, 1, 2, 3]


def test_fewer_candidates_than_are_shown_are_refused():
    with pytest.raises(ValueError, match="candidates is 1, and k is 2"):
        chosen(2, candidates=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers.models import WordLevel
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    root = tmp_path_factory.mktemp("cross")
    words = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[SEP]", "a", "bbb", "cc", "d"])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        pair="$A [SEP] $B", single="$A", special_tokens=[("[SEP]", 2)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", sep_token="[SEP]"
    ).save_pretrained(root)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(root)
    return str(root)


def test_a_cross_encoder_s_folder_is_read_and_its_scores_are_its_own(folder):
    scorer = CrossEncoder(folder, device="cpu", batch_size=2)
    texts = [example.question.text for example in POOL]
    scores = scorer.scores("asked a", texts)
    assert scores.shape == (4,)
    alone = [scorer.scores("asked a", [text])[0] for text in texts]
    assert scores == pytest.approx(alone, abs=1e-5)
    select = Rerank(4, First(4), scorer).fit(POOL)
    ranked = [int(demo.id[-1]) for demo in select(Question("q", "asked a"))]
    assert ranked == sorted(range(4), key=lambda n: -scores[n])


def test_a_batch_holds_at_least_one_pair():
    with pytest.raises(ValueError, match="batch_size is 0"):
        CrossEncoder(batch_size=0)
