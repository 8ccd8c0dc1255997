"""What became of answers, examples of each, disagreements, and whether two extractors agree."""

import pytest
from report_runs import settings, trial, trials, write

from promptlab.report.data.standings import read_standings
from promptlab.report.data.summary import summary
from promptlab.report.data.verdict import reasons, verdict
from promptlab.report.data.views.audit import LISTED, NAMED, cases
from promptlab.report.data.views.example_matrix import MISSING, arrange
from promptlab.report.data.views.extractors import agreement
from promptlab.report.data.views.side_by_side import completion, disagreements, dividing, prompt


@pytest.fixture
def found(sweep):
    return read_standings([sweep])[0]


def test_every_kind_is_listed_with_examples_of_several_variants(found):
    listed = cases(found)
    assert set(listed) == {"right", "wrong", "unparsed", NAMED}
    for few in listed.values():
        assert 0 < len(few) <= LISTED
        assert len({case.asked for case in few}) == len(few)
    assert len({case.variant for case in listed["right"]}) > 1


def test_a_gold_answer_that_was_not_extracted_is_found(found):
    case = cases(found)[NAMED][0]
    assert case.answer.kind == "unparsed"
    assert found.items[case.asked].gold in completion(case.answer)


def test_the_matrix_goes_from_easy_to_hard_and_from_good_to_bad(found):
    matrix = arrange(found)
    gains = [
        sum(row[column] == "right" for row in matrix.kinds)
        for column in range(len(matrix.examples))
    ]
    assert gains == sorted(gains, reverse=True)
    assert matrix.all_right == gains.count(6)
    assert len(matrix.none_right) == gains.count(0)
    rights = [row.count("right") for row in matrix.kinds]
    assert rights == sorted(rights, reverse=True)


def test_an_example_that_was_not_answered_is_a_hole(tmp_path):
    write(tmp_path, "all", trials(0.9))
    write(tmp_path, "some", trials(0.2)[:10])
    (found,) = read_standings([tmp_path])
    matrix = arrange(found)
    assert matrix.kinds[matrix.variants.index("some")].count(MISSING) == 30


def test_an_example_that_was_answered_differently_is_right_in_part(tmp_path):
    for seed in range(2):
        made = [trial(0, gold="1", said="1" if seed else "2"), trial(1, gold="1", said="1")]
        write(tmp_path, f"knn,seed={seed}", made)
        write(tmp_path, f"zero,seed={seed}", made[:1])
    (found,) = read_standings([tmp_path], repeated="seed")
    assert set(arrange(found).kinds[0]) == {"right", "in part"}


def test_disagreements_are_the_examples_scored_differently(found):
    one, other = "knn,k=4", "random,k=1"
    pair = found.pair(other, one)
    listed = disagreements(found, one, other)
    assert len(listed) == pair.found.n10 + pair.found.n01
    assert all(each.one.score != each.other.score for each in listed)
    assert dividing(found, (one, other))[0] in {each.asked for each in listed}
    assert prompt(listed[0].one).startswith("Demo. " * 4)


def test_extractors_that_read_the_same_agree(found):
    told = agreement(found)
    assert (told.one, told.other, told.n) == ("after", "last", 240)
    assert told.agreed == 240


def test_extractors_that_differ_are_told_with_who_was_right(tmp_path):
    made = [
        trial(n, gold=str(n + 5), said=str(n + 5), text=f"The answer is {n + 5}. Not 99.")
        for n in range(8)
    ]
    write(tmp_path, "wordy", made, config=settings("knn", 1))
    (found,) = read_standings([tmp_path])
    told = agreement(found)
    assert (told.n, told.agreed, told.one_right, told.other_right) == (8, 0, 8, 0)
    assert told.examples[0].one == told.examples[0].entry["target"]


def test_nothing_is_read_again_where_no_config_says_what(tmp_path):
    write(tmp_path, "stopped", trials(0.5), finished=False)
    assert agreement(read_standings([tmp_path])[0]) is None


def test_the_summary_names_what_is_as_good_and_cheaper(tmp_path):
    write(tmp_path, "dear", trials(0.8, tokens=100))
    write(tmp_path, "cheap", trials(0.78, tokens=20))
    write(tmp_path, "bad", trials(0.1, tokens=10))
    (found,) = read_standings([tmp_path])
    told = summary(found)
    assert told[0].startswith("cheap has the highest" if found.names[0] == "cheap" else "dear has")
    assert any("it beats 1 of 2 others after Holm" in said for said in told)
    if found.names[0] == "dear":
        why = reasons(verdict(found))
        assert any("cheap is the cheapest of them: 24 tokens for an answer" in said for said in why)
