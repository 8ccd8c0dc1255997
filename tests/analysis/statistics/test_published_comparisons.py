"""Published outputs, compared again: 27 tasks of BIG-Bench Hard and four systems on GSM8K."""

import json
from pathlib import Path

import numpy as np
import pytest

from promptlab.analysis.statistics import benjamini_hochberg, holm, mcnemar, paired_difference

OUTPUTS = Path(__file__).resolve().parents[3].parent / "shared/data/outputs"
pytestmark = pytest.mark.skipif(not OUTPUTS.exists(), reason="needs the published outputs")


def rows(name):
    return [json.loads(line) for line in (OUTPUTS / name).read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def tasks():
    """Right and wrong by task: direct prompting, and chain of thought."""
    found = {}
    for direct, cot in zip(
        rows("bbh_codex/direct.jsonl"), rows("bbh_codex/cot.jsonl"), strict=True
    ):
        said = cot["output"].strip().rpartition("the answer is ")[2].strip().rstrip(".").strip()
        pair = (direct["output"].strip() == direct["answer"].strip(), said == cot["answer"])
        found.setdefault(direct["task"], []).append(pair)
    return {task: np.array(pairs) for task, pairs in found.items()}


@pytest.fixture(scope="module")
def systems():
    """Right and wrong by system."""
    answered = [
        {output["model"]: output["correct"] for output in row["outputs"]}
        for row in rows("gsm8k_openai_solutions/all.jsonl")
    ]
    return {name: [row[name] for row in answered] for name in answered[0]}


def test_big_bench_hard_has_the_known_accuracies(tasks):
    means = np.mean([pairs.mean(axis=0) for pairs in tasks.values()], axis=0)
    assert 100 * means == pytest.approx([52.76, 73.71], abs=0.005)


def test_of_27_tasks_22_differ_raw_16_after_holm_20_after_benjamini_hochberg(tasks):
    found = {task: paired_difference(pairs[:, 1], pairs[:, 0]) for task, pairs in tasks.items()}
    pvalues = [each.pvalue for each in found.values()]
    assert len(pvalues) == 27
    assert sum(p < 0.05 for p in pvalues) == 22
    assert (holm(pvalues) < 0.05).sum() == 16
    assert (benjamini_hochberg(pvalues) < 0.05).sum() == 20
    pooled = [(each.n01, each.n10) for each in found.values()]
    assert tuple(np.sum(pooled, axis=0)) == (573, 1981)


@pytest.mark.parametrize(
    ("task", "n10", "n01", "pvalue"),
    [
        ("snarks", 35, 32, 0.807),
        ("salient_translation_error_detection", 23, 20, 0.761),
        ("formal_fallacies", 59, 54, 0.707),
        ("hyperbaton", 51, 66, 0.195),
        ("boolean_expressions", 9, 20, 0.0614),
        ("ruin_names", 42, 25, 0.0498),
        ("causal_judgement", 46, 28, 0.0474),
        ("dyck_languages", 40, 65, 0.0187),
    ],
)
def test_tasks_of_big_bench_hard_have_their_known_tables(tasks, task, n10, n01, pvalue):
    found = paired_difference(tasks[task][:, 0], tasks[task][:, 1])
    assert (found.n10, found.n01) == (n10, n01)
    digits = len(str(pvalue)) - 2
    assert round(found.pvalue, digits) == pvalue


@pytest.mark.parametrize(
    ("pair", "table", "pvalue", "known"),
    [
        (
            ("6b_finetuning", "175b_finetuning"),
            (88, 260),
            7.47e-21,
            (84.0259, 0.1304, 0.01368, 0.01734),
        ),
        (
            ("6b_verification", "175b_finetuning"),
            (209, 152),
            0.00315066,
            (8.6870, -0.0432, 0.01436, 0.01877),
        ),
        (
            ("6b_finetuning", "6b_verification"),
            (64, 293),
            3.93e-36,
            (145.6134, 0.1736, 0.01350, 0.01758),
        ),
        (
            ("175b_finetuning", "175b_verification"),
            (76, 360),
            2.89e-45,
            (183.6904, 0.2153, 0.01468, 0.01893),
        ),
        (
            ("6b_verification", "175b_verification"),
            (79, 306),
            1.24e-32,
            (132.6649, 0.1721, 0.01410, 0.01916),
        ),
    ],
)
def test_systems_on_gsm8k_have_their_known_comparisons(systems, pair, table, pvalue, known):
    found = paired_difference(systems[pair[1]], systems[pair[0]])
    assert (found.n01, found.n10) == table
    assert found.n == 1319
    assert found.pvalue == pytest.approx(pvalue, rel=2e-3 if pvalue < 1e-9 else 1e-6)
    chi2, difference, paired, unpaired = known
    assert round(mcnemar(*table).chi2, 4) == chi2
    assert round(found.difference, 4) == difference
    assert round(found.stderr, 5) == paired
    assert round(found.stderr_unpaired, 5) == unpaired
