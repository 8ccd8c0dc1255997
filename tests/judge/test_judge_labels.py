"""Labels of people: what is understood, and what is refused, each by one message."""

import pytest
from judged_runs import finished

from promptlab.judge.judged_run import read_judged
from promptlab.judge.labels import gold_labels, read_labels


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return read_judged([finished(folder / name, 3) for name in ("a", "b")])


def test_words_and_grades_are_worth_what_they_say(runs, tmp_path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "q1", "label": "right"}\n{"id": "q2", "label": "错"}\n', "utf-8")
    labels = read_labels(path, runs[:1], (1, 5))
    assert (labels.mean(("a", "q1")), labels.mean(("a", "q2"))) == (1, 0)
    assert labels.mean(("a", "q3")) is None
    assert not labels.graded
    path = tmp_path / "labels.csv"
    path.write_text("id,label,run,rater\nq1,5,a,ann\nq1,４,a,bo\nq1,1,b,ann\n", "utf-8")
    labels = read_labels(path, runs, (1, 5))
    assert labels.mean(("a", "q1")) == 0.875
    assert labels.mean(("b", "q1")) == 0
    assert labels.graded


def test_the_gold_answers_are_labels_too(runs) -> None:
    labels = gold_labels(runs)
    assert [labels.mean(("a", f"q{n}")) for n in (2, 3)] == [1, 0]
    assert not labels.people


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"id": "q1", "label": "fine"}', "label 'fine'; expected right or wrong, or a grade"),
        ('{"id": "q1", "label": "9"}', "label '9'; expected"),
        ('{"id": "q1"}', "label ''; expected"),
        ('{"label": "right"}', "no id; expected the id"),
        ('{"id": "q1", "label": "right", "run": "z"}', "run 'z'; expected one of a"),
        ('{"id": "zz", "label": "right"}', "no label is of an answer that is judged"),
        ('{"id": "q1", "label": "right"}\n{"id": "q2", "label": "3"}', "expected one kind"),
        (
            '{"id": "q1", "label": "right"}\n{"id": "q1", "label": "wrong"}',
            "line 2: people says otherwise of 'q1' before; expected one",
        ),
        ("nonsense", "line 1"),
    ],
)
def test_what_is_no_label_is_refused(runs, tmp_path, text, message) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(text + "\n", "utf-8")
    with pytest.raises(ValueError, match=message):
        read_labels(path, runs[:1], (1, 5))


def test_labels_of_answers_that_are_not_judged_are_counted(runs, tmp_path) -> None:
    path = tmp_path / "labels.jsonl"
    text = '{"id": "q1", "label": "right"}\n{"id": "q1", "label": "right"}\n'
    path.write_text(text + '{"id": "zz", "label": "wrong"}\n', "utf-8")
    with pytest.warns(UserWarning, match="1 of the labels are of answers .* such as 'zz'"):
        labels = read_labels(path, runs[:1], (1, 5))
    assert labels.mean(("a", "q1")) == 1


def test_a_label_must_name_its_run_where_there_are_several(runs, tmp_path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"id": "q1", "label": "right"}\n', "utf-8")
    with pytest.raises(ValueError, match="no run, and 2 are judged"):
        read_labels(path, runs, (1, 5))
    with pytest.raises(FileNotFoundError, match="expected labels"):
        read_labels(tmp_path / "none.jsonl", runs, (1, 5))
