"""Texts are compared by what they share: the values are those of the libraries that define them."""

import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import corpus_bleu, corpus_chrf

from promptlab.metric.overlap.bleu import Bleu
from promptlab.metric.overlap.chrf import Chrf
from promptlab.metric.overlap.rouge import Rouge
from promptlab.types import Answer, Example, Question, Trial

SAID = ["The grey cat sat on a mat.", "It rained all day in the hills"]
GOLD = [("A grey cat sat on the mat.", "The cat sat."), ("It rained in the hills all day",)]


def example(gold):
    return Example(Question("q", "?"), gold[0], aliases=tuple(gold[1:]))


def run(said, gold):
    return [
        Trial(example(right), (), (), Answer(text), {})
        for text, right in zip(said, gold, strict=True)
    ]


def test_rouge_is_rouge_scores_and_the_best_of_several_gold_answers():
    scores = Rouge()(Answer(SAID[0]), example(GOLD[0]))
    expected = RougeScorer(["rouge1", "rouge2", "rougeL"]).score_multi(GOLD[0], SAID[0])
    assert scores["rouge_1"] == pytest.approx(expected["rouge1"].fmeasure)
    assert scores["rouge_2"] == pytest.approx(expected["rouge2"].fmeasure)
    assert scores["rouge_l"] == pytest.approx(expected["rougeL"].fmeasure)


def test_rouge_takes_chinese_character_by_character():
    scores = Rouge()(Answer("今天下雨"), example(["今天有雨"]))
    assert scores == pytest.approx({"rouge_1": 0.75, "rouge_2": 1 / 3, "rouge_l": 0.75})


def test_a_run_is_one_corpus_with_its_signature():
    references = [[GOLD[0][0], GOLD[1][0]], [GOLD[0][1], None]]
    scores, signatures = Bleu().of_run(run(SAID, GOLD))
    assert scores["bleu"] == pytest.approx(corpus_bleu(SAID, references).score / 100)
    assert "tok:13a" in signatures["bleu"]
    scores, signatures = Chrf().of_run(run(SAID, GOLD))
    assert scores["chrf"] == pytest.approx(corpus_chrf(SAID, references).score / 100)
    assert "version:" in signatures["chrf"]


def test_bleu_takes_chinese_by_character_and_says_so():
    scores, signatures = Bleu().of_run(run(["我们今天很好"], [["我们今天很好"]]))
    assert scores["bleu"] == pytest.approx(1)
    assert "tok:zh" in signatures["bleu"]


def test_without_gold_answers_nothing_is_said():
    assert Bleu().of_run(run(["x"], [[""]])) == ({}, {})
    with pytest.raises(ValueError, match="tokenize is 'words'; expected one of auto"):
        Bleu("words")
