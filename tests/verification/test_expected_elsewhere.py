"""What the closed forms expect is what other libraries compute."""

import numpy as np
import pytest
from rank_bm25 import BM25Okapi
from scipy.stats import binomtest
from sklearn.metrics import (
    brier_score_loss,
    f1_score,
    log_loss,
    matthews_corrcoef,
    ndcg_score,
    roc_auc_score,
)

from promptlab.verification.oracles.retrieving import DOCUMENTS
from promptlab.verification.oracles.scoring import RIGHT, SURE, TABLE
from promptlab.verification.suite import checks

EXPECTED = {check.name: check.expected for check in checks()}
ANSWERS, GOLD = zip(*TABLE, strict=True)


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("BM25, Okapi", lambda: tuple(BM25Okapi(DOCUMENTS).get_scores(["a", "e"]))),
        ("BM25, a word asked twice", lambda: tuple(BM25Okapi(DOCUMENTS).get_scores(["e", "e"]))),
        # The passages are x, b, a and c; of c, in the fourth place, only the ideal order knows.
        ("nDCG@3", lambda: ndcg_score([[0, 2, 3, 1]], [[4, 3, 2, 1]], k=3)),
        ("Brier score", lambda: brier_score_loss(RIGHT, SURE)),
        ("log loss", lambda: log_loss(RIGHT, SURE)),
        ("AUROC", lambda: roc_auc_score(RIGHT, SURE)),
        ("macro F1", lambda: f1_score(GOLD, ANSWERS, average="macro")),
        ("Matthews correlation", lambda: matthews_corrcoef(GOLD, ANSWERS)),
        ("McNemar, 1 against 9", lambda: binomtest(1, 10).pvalue),
        (
            "Wilson's interval, 8 of 10",
            lambda: tuple(binomtest(8, 10).proportion_ci(0.95, "wilson")),
        ),
    ],
)
def test_what_is_expected_is_what_others_compute(name, elsewhere):
    assert np.allclose(elsewhere(), EXPECTED[name], rtol=1e-9)
