import pytest

from promptlab.tracking.mlflow.page.metrics import chart_name


@pytest.mark.parametrize("name", ["abstained", "abstained_rate", "parsed", "truncated_rate"])
def test_counts_of_outcomes_stand_together_behind_the_accuracy(name):
    assert chart_name(name) == f"outcome_{name}"
    assert chart_name(name) > "accuracy"


@pytest.mark.parametrize("name", ["accuracy", "accuracy_low", "unparsed_rate", "prompt_tokens"])
def test_scores_costs_and_the_unparsed_rate_keep_their_names(name):
    assert chart_name(name) == name
