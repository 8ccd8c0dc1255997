"""Published accuracies, from the outputs that were published with them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from promptlab.extract import Extract, canonical, read, same
from promptlab.types import Completion, Question, Task

OUTPUTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "outputs"
FIRST = Extract("first")
LITERAL = Extract("first", digits_only=True)

pytestmark = pytest.mark.skipif(
    not OUTPUTS.exists(), reason="needs recorded outputs in shared/data"
)


def rows(name):
    path = OUTPUTS / name
    if not path.exists():
        pytest.skip(f"needs {path}")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def right(output, row, task, extract):
    question = Question(row["id"], row.get("question", ""), tuple(row.get("choices", ())))
    answer = read(Completion(output), task, question, extract)
    return same(answer.text, canonical(row["answer"], task, question) or row["answer"], task)


def accuracy(hits):
    hits = list(hits)
    return 100 * sum(hits) / len(hits)


@pytest.mark.parametrize(
    ("name", "kind", "published"),
    [
        ("multiarith", "number", 78.67),
        ("gsm8k", "number", 40.71),
        ("aqua", "choice", 33.46),
        ("commonsensqa", "choice", 64.62),
        ("date_understanding", "choice", 67.48),
        ("shuffled_objects", "choice", 52.40),
        ("strategyqa", "yes_no", 54.76),
        ("last_letters", "text", 57.60),
    ],
)
def test_zero_shot_cot_replays_to_the_published_accuracy(name, kind, published):
    """Kojima et al., 2022, table 1; numbers read literally, as they did."""
    task = Task(answer=kind)
    records = rows(f"zero_shot_cot_logs/{name}_zero_shot_cot.jsonl")
    ours = accuracy(right(row["answer_completion"], row, task, LITERAL) for row in records)
    assert ours == pytest.approx(published, abs=0.5)


@pytest.mark.parametrize(("name", "differing"), [("addsub", 7), ("singleeq", 8), ("gsm8k", 5)])
def test_literal_reading_differs_from_published_only_where_texts_of_equal_numbers_do(
    name, differing
):
    """They compared strings: 12.30 and 12.3, or 0.6666666666666667 and …666, were unequal."""
    task = Task(answer="number")
    records = rows(f"zero_shot_cot_logs/{name}_zero_shot_cot.jsonl")
    odd = [
        row
        for row in records
        if right(row["answer_completion"], row, task, LITERAL) != row["correct"]
    ]
    assert len(odd) == differing
    assert all(same(row["prediction"], row["answer"], task) for row in odd)
    assert all(row["prediction"] != row["answer"] for row in odd)


@pytest.mark.parametrize("name", ["multiarith", "gsm8k", "addsub", "singleeq"])
def test_reading_values_gains_words_fractions_and_results(name):
    """thirty-seven, 3/4 and 24 + 24 = 48 are answers; runs of digits miss them."""
    task = Task(answer="number")
    records = rows(f"zero_shot_cot_logs/{name}_zero_shot_cot.jsonl")
    pairs = Counter(
        (
            right(row["answer_completion"], row, task, LITERAL),
            right(row["answer_completion"], row, task, FIRST),
        )
        for row in records
    )
    assert pairs[False, True] >= 7
    assert pairs[True, False] <= 1


@pytest.mark.parametrize(("system", "published"), enumerate([21.68, 39.04, 34.72, 56.25]))
def test_gsm8k_solutions_of_four_systems_score_as_published(system, published):
    """Cobbe et al., 2021: every flag of 1,319 times four solutions agrees."""
    task = Task(answer="number")
    records = rows("gsm8k_openai_solutions/all.jsonl")
    outputs = [row["outputs"][system] for row in records]
    hits = [
        right(output["output"], row, task, Extract())
        for output, row in zip(outputs, records, strict=True)
    ]
    assert hits == [output["correct"] for output in outputs]
    assert accuracy(hits) == pytest.approx(published, abs=0.005)


def task_of(golds):
    """Return the kind of answers that a BBH task has."""
    if all(re.fullmatch(r"\([A-Z]\)", gold) for gold in golds):
        return Task(answer="choice")
    if golds <= {"True", "False", "Yes", "No", "yes", "no"}:
        return Task(answer="yes_no")
    if golds <= {"valid", "invalid"}:
        return Task(answer="label", labels=("valid", "invalid"))
    if all(re.fullmatch(r"-?\d+", gold) for gold in golds):
        return Task(answer="number")
    return Task(answer="text")


def test_bbh_chains_score_as_published_or_are_read_where_they_state_nothing():
    """Suzgun et al., 2022: 27 tasks; chains that end without "the answer is" were all wrong."""
    published = {
        row["task"]: row["reported"]["accuracy"]
        for row in rows("bbh_codex/_summary.jsonl")
        if row["mode"] == "cot"
    }
    records = rows("bbh_codex/cot.jsonl")
    for name, score in published.items():
        of_task = [row for row in records if row["task"] == name]
        task = task_of({row["answer"] for row in of_task})
        ended = [row for row in of_task if "the answer is" in row["output"]]
        hits = sum(right(row["output"], row, task, Extract()) for row in ended)
        assert 100 * hits / len(of_task) == pytest.approx(score, abs=0.6), name


def test_forty_draws_a_question_are_read_as_well_as_a_hand_written_pattern_does():
    """Li et al., ESC, 2024: last letters."""
    task = Task(answer="text")
    for row in rows("esc_self_consistency/last_letters_gpt35_40.jsonl")[:100]:
        for output in row["outputs"]:
            by_hand = re.findall(r"answer is:?\s*[\"']?([^.\"'\n]*)", output)
            if by_hand and by_hand[-1].strip().lower() == row["answer"]:
                assert right(output, row, task, Extract()), output
