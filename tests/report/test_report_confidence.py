"""How sure the variants are, and their slices, as a report shows them."""

import random
from dataclasses import replace
from math import nan

import pytest
from reading_html import Page
from report_runs import settings, trial, write

from promptlab.metric.slices import slices
from promptlab.records.files import Records, read_result
from promptlab.report.compared import compare
from promptlab.report.data.standings import read_standings
from promptlab.report.data.views.slices import Slice, _together
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown
from promptlab.report.sweep_run import FIGURES

TOPICS = ("sums", "数学", "<b>bold</b>")


def voted(number, share, *, topics=False):
    """An answer with ten votes, right as often as it is sure."""
    chance = random.Random(number)
    most = chance.randint(5, 10)
    right = chance.random() < share * most / 10
    made = trial(number, gold=str(number), said=str(number if right else -1))
    said = made.answer.text
    votes = ((said, float(most)), *((("no", 10.0 - most),) if most < 10 else ()))
    fields = {"topic": TOPICS[number % 3]} if topics else {}
    question = replace(made.example.question, metadata=fields)
    return replace(
        made,
        example=replace(made.example, question=question),
        answer=replace(made.answer, votes=votes),
    )


def run(folder, name, share, *, topics=False, count=120):
    made = [voted(number, share, topics=topics) for number in range(count)]
    written = write(folder, name, made, config=settings(name, 4))
    if topics:
        result = read_result(written)
        Records(written).write_result(result | {"slices": slices(made, ["topic"])})
    return made


@pytest.fixture
def sure(tmp_path):
    """Two variants that vote, sliced by their topic."""
    run(tmp_path, "knn", 1.0, topics=True)
    run(tmp_path, "random", 0.6, topics=True)
    return tmp_path


def test_a_report_of_runs_without_votes_or_slices_says_nothing_of_them(sweep):
    (read,) = read_standings([sweep])
    shown = Page(page([read]))
    assert (read.reliabilities, read.slices) == ((), ())
    assert "Confidence" not in shown.text
    assert "Slices" not in shown.text
    assert "## Confidence" not in markdown([read])
    for name in ("reliability", "coverage", "slices"):
        with pytest.raises(ValueError, match="no answer of these runs|these runs have no slices"):
            FIGURES[name](read)


def test_reliability_has_the_bins_of_the_answers_and_of_their_margins(tmp_path):
    made = run(tmp_path, "knn", 0.8)
    (read,) = read_standings([tmp_path])
    (told,) = read.reliabilities
    assert told.n == len(made) == sum(each.n for each in told.share.bins)
    assert len(told.share.risk) == len(made)
    by_hand = [each for each in made if each.answer.votes[0][1] == 7]
    (bin_,) = [each for each in told.share.bins if each.confidence == pytest.approx(0.7)]
    assert bin_.n == len(by_hand)
    assert bin_.accuracy == sum(each.scores["accuracy"] for each in by_hand) / len(by_hand)
    # Seven votes of ten lead three by four tenths.
    assert any(each.confidence == pytest.approx(0.4) for each in told.margin.bins)
    assert told.share.risk[-1] == pytest.approx(1 - told.accuracy)


def test_an_answer_with_broken_votes_counts_as_unsure(tmp_path):
    run(tmp_path, "knn", 0.8, count=3)
    (file,) = tmp_path.rglob("trials.jsonl")
    text = file.read_text("utf-8")
    for broken in ('"votes": [3, [', '"votes": [["a", "x"], ['):
        assert text.replace('"votes": [[', broken) != text
        file.write_text(text.replace('"votes": [[', broken), "utf-8")
        (read,) = read_standings([tmp_path])
        assert read.reliabilities == ()


def test_the_page_shows_diagrams_risk_and_slices(sure):
    read = read_standings([sure])
    shown = Page(page(read))
    assert "Risk over coverage" in shown.text
    assert "By topic" in shown.text
    assert "数学" in shown.text
    assert "<b>bold</b>" in shown.text  # as text, not as markup
    assert {"1-confidence", "1-slices"} <= {section["id"] for section in shown.all("section")}
    assert "% right of" in shown.text


def test_the_markdown_has_a_table_of_each(sure):
    text = markdown(read_standings([sure]))
    assert "| variant | n | confidence, % | right, % | ECE |" in text
    assert "## Slices" in text
    assert "| 数学 | 40 |" in text


def test_a_notebook_draws_them(sure):
    compared = compare(sure)
    assert len(compared.reliability().axes) == 3
    assert len(compared.coverage().axes) == 1
    assert len(compared.slices().axes) == 1


def test_runs_that_asked_the_same_share_their_slices_as_one(sure):
    (read,) = read_standings([sure])
    (field,) = read.slices
    alone = field.of["knn"]["sums"]
    run(sure, "knn,seed=1", 1.0, topics=True)
    run(sure, "knn,seed=2", 1.0, topics=True)
    merged = read_standings([sure], repeated="seed")[0].slices[0].of["knn"]["sums"]
    assert (merged.mean, merged.n, merged.low) == (alone.mean, 40, alone.low)


def test_slices_of_several_runs_have_a_mean_and_no_interval():
    one = Slice(n=40, small=False, mean=0.8, low=0.6, high=0.9, holm=nan)
    other = replace(one, mean=0.6)
    merged = _together([one, other])
    assert (merged.n, merged.mean) == (40, pytest.approx(0.7))
    assert merged.low != merged.low  # not known
