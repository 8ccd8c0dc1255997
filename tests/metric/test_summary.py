"""A run's numbers: accuracy with its interval, what became of the answers, and their cost."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlab.analysis.statistics import wilson
from promptlab.metric.classes.macro_f1 import macro_f1
from promptlab.metric.costs import costs
from promptlab.metric.summary import summarise
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Score,
    Scores,
    Task,
    Trial,
)

SENTIMENT = Task(answer="label", labels=("good", "bad"))
PROMPT = Prompt((Message("text", "Q"),))
GENERATED, AGAIN, ONCE_MORE = (
    Exchange(Generate(PROMPT, Sampling(draw=draw)), Completion("x", "stop", 10, 3))
    for draw in range(3)
)
SCORED = Exchange(Score(PROMPT, ("a", "b")), Scores((-1.0, -2.0), (1, 1), 12))


def trial(text, gold, outcome="parsed", demos=0, exchanges=(GENERATED,), **scores):
    shown = tuple(Example(Question(f"d{n}", "?"), "good") for n in range(demos))
    accuracy = {"accuracy": float(text == gold)} if gold else {}
    example = Example(Question("q", "?"), gold)
    return Trial(example, shown, exchanges, Answer(text, outcome=outcome), accuracy | scores)


def test_a_summary_counts_right_answers_outcomes_and_costs():
    trials = [
        trial("good", "good", demos=4, f1=1.0),
        trial("bad", "good", demos=2, exchanges=(AGAIN,), f1=0.5),
        trial("", "bad", "truncated", exchanges=(GENERATED, ONCE_MORE), f1=0.0),
        trial("", "bad", "refused", exchanges=(GENERATED, SCORED), f1=0.0),
    ]
    summary = summarise(trials, SENTIMENT)
    assert (summary["n"], summary["accuracy"]) == (4, 0.25)
    assert summary["accuracy_low"] < 0.25 < summary["accuracy_high"]
    assert (summary["parsed"], summary["truncated"], summary["refused"]) == (2, 1, 1)
    assert (summary["unparsed"], summary["abstained"]) == (0, 0)
    assert (summary["truncated_rate"], summary["unparsed_rate"]) == (0.25, 0.5)
    assert summary["f1"] == 0.375
    assert 0 <= summary["f1_low"] < 0.375 < summary["f1_high"] <= 1
    assert (summary["prompt_tokens"], summary["completion_tokens"], summary["calls"]) == (44, 9, 4)
    assert summary["mean_demos"] == 1.5
    assert summary["macro_f1"] == pytest.approx(1 / 3)


def test_what_is_read_to_be_scored_is_read_in_the_figures_and_in_the_costs():
    """Whole texts after an empty prompt, as a mode of scoring asks."""
    asked = Exchange(Score(PROMPT, ("a b", "c")), Scores((-1.0, -2.0), (70, 30), 1))
    read = trial("good", "good", exchanges=(asked,))
    assert summarise([read], SENTIMENT)["prompt_tokens"] == 101
    assert costs([asked])["strategy"]["model"]["prompt_tokens"] == 101


def test_a_share_of_right_texts_has_an_interval():
    summary = summarise([trial("good", "good", token_f1=1.0)] * 3, SENTIMENT)
    assert (summary["token_f1_low"], summary["token_f1_high"]) == wilson(3, 3)


def test_where_no_gold_answer_is_known_nothing_is_said_of_accuracy():
    summary = summarise([trial("good", "")], SENTIMENT)
    assert "accuracy" not in summary
    assert "macro_f1" not in summary
    assert summary["parsed_rate"] == 1
    mixed = summarise([trial("good", ""), trial("good", "good")], SENTIMENT)
    assert (mixed["n"], mixed["accuracy"]) == (2, 1)


def test_macro_f1_is_for_answers_with_classes():
    assert "macro_f1" not in summarise([trial("3", "3")], Task(answer="number"))
    spelled = summarise([trial("Good", "good")], SENTIMENT)
    assert spelled["macro_f1"] == 1


def test_no_trials_are_summarised_as_none():
    assert summarise([], SENTIMENT) == {"n": 0}


def test_every_number_of_a_summary_is_finite():
    summary = summarise([trial("", "good", "unparsed", exchanges=())], SENTIMENT)
    assert all(math.isfinite(value) for value in summary.values())


def test_what_was_not_read_is_wrong_and_no_class_of_its_own():
    pairs = [("good", "good"), ("", "good"), ("bad", "bad"), ("", "bad")]
    assert macro_f1(pairs) == pytest.approx(2 / 3)
    assert macro_f1([]) == 0


def test_two_empty_answers_are_no_hit():
    assert macro_f1([("", "")]) == 0
    assert macro_f1([("", ""), ("good", "good"), ("bad", "good")]) == pytest.approx(1 / 3)


def test_labels_of_one_sign_each_are_classes_of_their_own():
    signs = Task(answer="label", labels=("+", "-"))
    assert summarise([trial("+", "-"), trial("+", "+")], signs)["macro_f1"] == pytest.approx(1 / 3)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), st.sampled_from("abc")), min_size=1)
)
def test_macro_f1_agrees_with_scikit_learn(pairs):
    from sklearn.metrics import f1_score

    given_, gold = [answer for answer, _ in pairs], [right for _, right in pairs]
    classes = sorted({*given_, *gold} - {""})
    expected = f1_score(gold, given_, labels=classes, average="macro", zero_division=0)
    assert macro_f1(pairs) == pytest.approx(expected)


@settings(deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_the_textbooks_formula(counts):
    successes, trials = counts
    z, share = 1.959963984540054, successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    half /= 1 + z * z / trials
    low, high = wilson(successes, trials)
    assert low == pytest.approx(centre - half, abs=1e-9)
    assert high == pytest.approx(centre + half, abs=1e-9)
    assert 0 <= low <= share <= high <= 1


def test_wilson_of_81_of_263_is_as_published():
    """Newcombe, 1998, table I: 0.2553 to 0.3662."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (3, 2), (-1, 2)])
def test_wilson_of_an_impossible_count_is_refused(successes, trials):
    with pytest.raises(ValueError, match="successes of"):
        wilson(successes, trials)
