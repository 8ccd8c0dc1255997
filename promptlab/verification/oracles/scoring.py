"""What metrics and statistics say of a few scores."""

from math import exp, log, sqrt
from statistics import NormalDist

from promptlab.analysis.statistics.matched import mcnemar
from promptlab.analysis.statistics.multiplicity import benjamini_hochberg, holm
from promptlab.analysis.statistics.power import examples_needed
from promptlab.analysis.statistics.proportion import wilson
from promptlab.metric.classes.macro_f1 import macro_f1
from promptlab.metric.classes.mcc import mcc
from promptlab.metric.confidence.auroc import auroc
from promptlab.metric.confidence.brier import brier
from promptlab.metric.confidence.ece import ece
from promptlab.metric.confidence.log_loss import log_loss
from promptlab.metric.confidence.selective import area_under_coverage
from promptlab.metric.overlap.bleu import Bleu
from promptlab.metric.overlap.rouge import Rouge
from promptlab.metric.overlap.token_f1 import token_f1
from promptlab.types import Answer, Example, Question
from promptlab.verification.check import Check

SURE, RIGHT = [0.9, 0.9, 0.6, 0.6], [True, False, True, True]
TABLE = [("a", "a")] * 6 + [("b", "a")] * 2 + [("a", "b")] + [("b", "b")] * 3
"""Answers and gold: 6 and 3 right of a and b, 2 and 1 wrong."""
PS = [0.01, 0.04, 0.03, 0.005]
Z = NormalDist().inv_cdf(0.975)


def _wilson() -> tuple[float, ...]:
    found = wilson(8, 10)
    return found.low, found.high


def _rouge() -> tuple[float, ...]:
    example = Example(Question("q", "?"), "the cat sat on the mat")
    scores = Rouge()(Answer("the cat on the mat sat"), example)
    return scores["rouge_1"], scores["rouge_2"], scores["rouge_l"]


def _bleu() -> float:
    example = Example(Question("q", "?"), "one two three four five six")
    return Bleu()(Answer("one two three four five"), example)["sentence_bleu"]


def _needed() -> float:
    """Connor, 1987: (z of alpha/2 sqrt(d) + z of power sqrt(d - delta**2))**2 / delta**2."""
    beta = NormalDist().inv_cdf(0.8)
    return -(-((Z * sqrt(0.3) + beta * sqrt(0.3 - 0.01)) ** 2 / 0.01) // 1)


CENTRE = (0.8 + Z**2 / 20) / (1 + Z**2 / 10)
REACH = Z * sqrt(0.16 / 10 + Z**2 / 400) / (1 + Z**2 / 10)
CHECKS = (
    Check(
        *("confidence", "ECE", "Naeini et al. 2015: 2/4 |.9 - 1/2| + 2/4 |.6 - 1|"),
        *(0.4, lambda: ece(SURE, RIGHT)),
    ),
    Check(
        *("confidence", "Brier score", "mean of (.1**2, .9**2, .4**2, .4**2)"),
        *((0.01 + 0.81 + 0.16 + 0.16) / 4, lambda: brier(SURE, RIGHT)),
    ),
    Check(
        *("confidence", "log loss", "-mean of ln (.9, .1, .6, .6)"),
        *(-(log(0.9) + log(0.1) + 2 * log(0.6)) / 4, lambda: log_loss(SURE, RIGHT)),
    ),
    Check(
        *("confidence", "AUROC", "pairs of right and wrong: one tie, two in the wrong order"),
        *(0.5 / 3, lambda: auroc(SURE, RIGHT) or 0.0),
    ),
    Check(
        *("confidence", "selective accuracy", "mean of 1/2, 1/2, 2/3 and 3/4"),
        *((1 / 2 + 1 / 2 + 2 / 3 + 3 / 4) / 4, lambda: area_under_coverage(SURE, RIGHT)),
    ),
    Check(
        *("metrics", "macro F1", "mean of 12 / 15 and 6 / 9"),
        *((12 / 15 + 6 / 9) / 2, lambda: macro_f1(TABLE)),
    ),
    Check(
        *("metrics", "Matthews correlation", "(6 3 - 2 1) / sqrt(7 8 5 4)"),
        *(16 / sqrt(7 * 8 * 5 * 4), lambda: mcc(TABLE)),
    ),
    Check(
        *("metrics", "F1 of words", "2 2 / (3 + 3), the article left out"),
        *(2 / 3, lambda: token_f1("the big red dog", "big red cat")),
    ),
    Check(
        *("metrics", "ROUGE-1, -2, -L", "Lin 2004: 6/6 words, 3/5 pairs, 5/6 in sequence"),
        *((1.0, 3 / 5, 5 / 6), _rouge),
    ),
    Check(
        *(
            "metrics",
            "BLEU of a beginning",
            "Papineni et al. 2002: all n-grams, brevity exp(1 - 6/5)",
        ),
        *(exp(1 - 6 / 5), _bleu),
    ),
    Check(
        *(
            "statistics",
            "Wilson's interval, 8 of 10",
            "(p + z2/2n -+ z sqrt(pq/n + z2/4n2)) / (1 + z2/n)",
        ),
        *((CENTRE - REACH, CENTRE + REACH), _wilson),
    ),
    Check(
        *("statistics", "McNemar, 1 against 9", "2 (C(10, 0) + C(10, 1)) / 2 ** 10"),
        *(22 / 1024, lambda: mcnemar(1, 9).pvalue),
    ),
    Check(
        *("statistics", "McNemar's chi square, 150 to 86", "Agresti: (64 - 1) ** 2 / 236"),
        *(63**2 / 236, lambda: mcnemar(150, 86).chi2),
    ),
    Check(
        *(
            "statistics",
            "Holm",
            "Holm 1979: the smallest by 4, the next by 3, never less than before",
        ),
        *((0.03, 0.06, 0.06, 0.02), lambda: tuple(holm(PS).tolist())),
    ),
    Check(
        *("statistics", "Benjamini and Hochberg", "1995: p n / rank, never more than the next"),
        *((0.02, 0.04, 0.04, 0.02), lambda: tuple(benjamini_hochberg(PS).tolist())),
    ),
    Check(
        *("statistics", "examples needed for .1", "Connor 1987, 30 % discordant, power .8"),
        *(_needed(), lambda: examples_needed(0.1, 0.3)),
    ),
)
