"""Who proposes asks the writer as the papers do, and leaves out what was tried."""

import pytest

from promptlab.improve.ape import APE
from promptlab.improve.instruction import Scored, bracketed, cleaned, fresh
from promptlab.improve.opro import OPRO
from promptlab.types import Completion, Example, Question

POOL = tuple(Example(Question(f"p{n}", f"What is {n} + 1?"), str(n + 1)) for n in range(6))
TRIED = (Scored("Be right.", 0.75), Scored("Answer.", 0.25), Scored("Think.", 0.5))


def driven(program, reply):
    """Answer what a program asks; returns its requests and its result."""
    requests = list(next(program))
    with pytest.raises(StopIteration) as stop:
        program.send([Completion(reply(request)) for request in requests])
    return requests, stop.value.value


def test_opro_shows_what_was_tried_worst_first_with_its_score():
    text = OPRO(shown=2, exemplars=1).meta_prompt(POOL, TRIED, 0)
    assert text.index("text:\nThink.\nscore:\n50") < text.index("text:\nBe right.\nscore:\n75")
    assert "Answer." not in text
    assert text.count("<INS>\nQ: What is") == 1
    assert text.endswith("Write the text in square brackets.")


def test_opro_draws_its_proposals_from_the_writer_and_other_exemplars_each_step():
    optimiser = OPRO(proposals=3)
    requests, proposed = driven(
        optimiser.propose(POOL, TRIED, 1), lambda r: f"Try [idea {r.sampling.draw}] or [more]"
    )
    assert {request.to for request in requests} == {"writer"}
    assert [request.sampling.draw for request in requests] == [3, 4, 5]
    assert {request.sampling.temperature for request in requests} == {1.0}
    assert proposed == ["idea 3", "idea 4", "idea 5"]
    steps = {optimiser.meta_prompt(POOL, TRIED, step) for step in range(4)}
    assert len(steps) == 4


def test_ape_guesses_from_pairs_and_then_varies_the_best():
    optimiser = APE(proposals=4, pairs=2, subsets=2, kept=2)
    requests, proposed = driven(
        optimiser.propose(POOL, (), 0), lambda r: f"The instruction was: add {r.sampling.draw}."
    )
    texts = [request.prompt.text for request in requests]
    assert len(set(texts)) == 2
    assert all(text.count("Input: What is") == 2 for text in texts)
    assert proposed == ["add 0.", "add 1.", "add 2.", "add 3."]
    requests, _ = driven(optimiser.propose(POOL, TRIED, 1), lambda r: "x")
    varied = {
        request.prompt.text.partition("Input: ")[2].partition("\n")[0] for request in requests
    }
    assert varied == {"Be right.", "Think."}


def test_the_same_is_proposed_once_and_what_was_tried_never_again():
    assert fresh(["a", "", "a", "Think.", "x" * 501, "use <INS>", "b"], TRIED) == ["a", "b"]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        ("[Do it.]", "Do it."),
        ('Here is my new text: "Do it."\n\nIt is good.', "Do it."),
        ("**Do\nit.**", "Do it."),
        ("指令：请作答。", "请作答。"),
        ("", ""),
    ],
)
def test_an_instruction_is_taken_out_of_what_stands_around_it(reply, text):
    assert bracketed(reply) == text
    if "[" not in reply:
        assert cleaned(reply) == text
