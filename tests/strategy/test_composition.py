"""Strategies over strategies, composed as on the command line: what makes sense runs, and ends."""

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.experiment import Experiment

QUICK = ("model=scripted", "tracking=none", "cache=off", "dataset.limit=1", "k=2")
INNER = "strategy@strategy.inner"
DEEPER = "strategy@strategy.inner.inner"
MAKES_SENSE = [
    ("self_consistency", f"{INNER}=least_to_most", f"{DEEPER}=pal", "tool=python"),
    ("best_of_n", "strategy.samples=2", f"{INNER}=tree_of_thoughts", f"{DEEPER}=cot"),
    ("reflexion", f"{INNER}=self_consistency", f"{DEEPER}=plan_and_solve"),
    (
        "tree_of_thoughts",
        "strategy.traversal=dfs",
        f"{INNER}=weighted",
        f"{DEEPER}=react",
        "tool=calculator",
    ),
    ("chain_of_verification", f"{INNER}=self_verify", f"{DEEPER}=step_back"),
    ("universal_self_consistency", f"{INNER}=self_refine", f"{DEEPER}=self_ask"),
    ("self_verify", "strategy.by=mask", f"{INNER}=pal", "tool=python"),
]
MAKES_NONE = [
    *(
        (vote, f"{INNER}=choose", "inner is Choose, which compares the probabilities .* and draws")
        for vote in (
            "self_consistency",
            "universal_self_consistency",
            "adaptive_consistency",
            "esc",
            "complexity",
            "weighted",
            "best_of_n",
            "self_verify",
        )
    ),
    ("self_consistency", f"{INNER}=calibrated", "inner is Calibrated"),
    (
        "circular",
        f"{INNER}=choose",
        "answer is a label, and the order of choices is what is varied",
    ),
    ("shuffled", f"{INNER}=self_consistency", "answer is a label, and the order of choices"),
    ("answer_first", f"{INNER}=cot", "inner is ChainOfThought, which reasons before it answers"),
    ("calibrated", f"{INNER}=cot", "inner is ChainOfThought, which gives no answer's probability"),
    ("self_verify", "strategy.by=mask", "this is a 'label' task; expected a number task"),
    ("react", "tool=none", "there are no tools to call; expected one or more: tool=calculator"),
    (
        "react",
        "tool=calculator strategy.tools={python:runs}",
        r"calls the tool 'python', and this run has calculator; expected tool=python",
    ),
    ("self_consistency", f"{INNER}=pal", "calls the tool 'python', and this run has none"),
    ("self_consistency", "strategy.temperature=0", "all draws are equal"),
]


def experiment(data: str, strategy: str, *words: str) -> Experiment:
    return build(compose([f"dataset={data}", f"strategy={strategy}", *words, *QUICK]))


@pytest.mark.parametrize("words", MAKES_SENSE, ids=" ".join)
def test_what_makes_sense_runs_to_its_end(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    metrics = experiment("arithmetic", *words)()["metrics"]
    assert (metrics["n"], metrics["failed"]) == (1, 0)


@pytest.mark.parametrize(("strategy", "words", "reason"), MAKES_NONE)
def test_what_makes_none_is_refused_when_it_is_composed_with_the_reason(strategy, words, reason):
    with pytest.raises(ValueError, match=reason):
        experiment("question_types", strategy, *words.split())
