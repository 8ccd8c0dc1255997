import pytest

from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Task


def drawn(*texts):
    return [Answer(text, f"why {place}") for place, text in enumerate(texts)]


def test_answers_that_the_task_takes_for_the_same_are_one_written_as_the_first():
    answer = Vote(task=Task(answer="number")).winner(drawn("8", "3.50", "3.5"))
    assert (answer.text, answer.rationale, answer.votes) == (
        "3.50",
        "why 1",
        (("3.50", 2.0), ("8", 1.0)),
    )


def test_a_tie_goes_to_the_first_drawn_to_one_that_the_salt_decides_or_to_nobody():
    answers = drawn("b", "a", "b", "a", "c")
    assert Vote().winner(answers).text == "b"
    assert Vote(ties="abstain").winner(answers).outcome == "abstained"
    winners = {Vote(ties="random").winner(answers, f"q{number}").text for number in range(30)}
    assert winners == {"a", "b"}
    assert Vote(ties="random").winner(answers, "q") == Vote(ties="random").winner(answers, "q")


def test_the_quorum_is_a_share_of_all_draws_those_without_an_answer_too():
    answers = [*drawn("甲", "甲"), Answer("", outcome="unparsed"), Answer("", outcome="refused")]
    assert Vote(quorum=0.5).winner(answers).text == "甲"
    assert Vote(quorum=0.6).winner(answers).outcome == "abstained"


def test_where_nothing_was_found_the_first_draw_says_why():
    assert Vote().winner([Answer("", outcome="refused"), Answer("", outcome="unparsed")]) == Answer(
        "", outcome="refused"
    )
    assert Vote().winner([]).outcome == "unparsed"


def test_an_unknown_way_to_break_ties_is_refused():
    with pytest.raises(ValueError, match="ties is 'last'"):
        Vote(ties="last")


def test_weights_count_in_the_place_of_heads() -> None:
    answers = [Answer("1"), Answer("2"), Answer("2.0"), Answer("", outcome="unparsed")]
    vote = Vote(task=Task(answer="number"))
    assert vote.winner(answers, "", (0.9, 0.25, 0.5, 5.0)).votes == (("1", 0.9), ("2", 0.75))


def test_weights_of_which_none_weighs_anything_are_as_good_as_none() -> None:
    assert Vote().winner([Answer("1"), Answer("2"), Answer("2")], "", (0.0, 0.0, 0.0)).text == "2"


def test_the_margin_is_the_lead_over_the_next_as_a_share_of_all_votes() -> None:
    answers = [Answer(text) for text in "1112345678"[:5]]
    assert Vote().winner(answers).margin == pytest.approx(2 / 5)
    assert Vote().winner(answers[:2]).margin == 1.0
    assert Vote().winner([Answer("1"), Answer("2")]).margin == 0.0


def test_without_a_vote_there_is_no_margin() -> None:
    assert Answer("1").margin is None
    assert Answer("1", votes=(("1", 0.0),)).margin is None
