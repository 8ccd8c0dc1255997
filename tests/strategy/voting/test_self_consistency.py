"""Self-consistency: who wins a vote."""

import pytest

from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.strategy.voting.vote import Vote
from promptlab.types import Answer, Completion, Example, Generate, Message, Prompt, Question


class Echo:
    """Asks once, and answers what it is told; an empty completion is unparsed."""

    def solve(self, question, demos):
        (reply,) = yield [Generate(Prompt((Message("text", question.text),)))]
        return Answer(reply.text, outcome="parsed" if reply.text else "unparsed")


def vote(*texts: str, **knobs) -> Answer:
    program = SelfConsistency(Echo(), samples=len(texts), **knobs).solve(Question("1", "?"), ())
    requests = next(program)
    assert [request.sampling.draw for request in requests] == list(range(len(texts)))
    with pytest.raises(StopIteration) as stop:
        program.send([Completion(text) for text in texts])
    return stop.value.value


def test_the_plurality_wins_and_every_vote_is_told() -> None:
    answer = vote("7", "8", "8")
    assert (answer.text, answer.outcome, answer.votes) == ("8", "parsed", (("8", 2.0), ("7", 1.0)))


def test_a_draw_without_an_answer_does_not_vote() -> None:
    assert vote("", "", "7").text == "7"


def test_no_parsed_draw_makes_no_answer() -> None:
    assert vote("", "") == Answer("", outcome="unparsed")


def test_a_tie_goes_to_the_first_drawn() -> None:
    assert vote("7", "8").text == "7"


def test_a_tie_can_be_abstained() -> None:
    answer = vote("7", "8", ties="abstain")
    assert (answer.text, answer.outcome) == ("", "abstained")


def test_a_random_tie_is_the_same_every_time() -> None:
    assert len({vote("7", "8", "9", ties="random").text for _ in range(5)}) == 1


def test_a_quorum_counts_all_draws() -> None:
    assert vote("7", "7", "", "", "", quorum=0.5).outcome == "abstained"
    assert vote("7", "7", "7", "", "", quorum=0.5).text == "7"


def test_the_winner_brings_its_first_rationale() -> None:
    answers = [Answer("1", "one"), Answer("2", "two"), Answer("2", "deux")]
    assert Vote().winner(answers).rationale == "two"


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"samples": 0}, "samples is 0; expected at least 1"),
        ({"temperature": 0.0}, "temperature is 0"),
        ({"ties": "last"}, "ties is 'last'; expected first, random or abstain"),
    ],
)
def test_a_vote_that_cannot_be_held_is_refused(knobs, message) -> None:
    with pytest.raises(ValueError, match=message):
        SelfConsistency(Echo(), **knobs)


def test_demonstrations_reach_the_inner_strategy() -> None:
    seen = []

    class Look(Echo):
        def solve(self, question, demos):
            seen.append(tuple(demos))
            return super().solve(question, demos)

    demo = Example(Question("d", "?"), "1")
    next(SelfConsistency(Look(), samples=2).solve(Question("1", "?"), (demo,)))
    assert seen == [(demo,), (demo,)]
