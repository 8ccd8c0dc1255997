"""OPRO and APE, driven by hand: what the writer reads, and what is taken from its replies."""

from laws import driven

from promptlab.improve.ape import APE
from promptlab.improve.instruction import Scored, bracketed, cleaned, fresh
from promptlab.improve.opro import OPRO
from promptlab.types import Completion, Example, Question

POOL = tuple(Example(Question(str(n), f"What is {n} + 1?"), str(n + 1)) for n in range(9))
TRIED = (Scored("Add {x}.", 0.5), Scored("Say it.", 0.25), Scored("Think.", 0.754))


def test_opro_shows_the_best_so_far_in_rising_order_with_whole_scores() -> None:
    text = OPRO(shown=2, exemplars=1).meta_prompt(POOL, TRIED, 0)
    assert "text:\nAdd {x}.\nscore:\n50\n\ntext:\nThink.\nscore:\n75\n" in text
    assert "Say it." not in text
    assert text.count("input:\n<INS>\nQ: What is ") == 1
    assert text.endswith("Write the text in square brackets.")


def test_opro_asks_the_writer_for_several_draws_and_takes_what_is_in_brackets() -> None:
    replies = iter(["Sure: [Add up.]", "[Think.]", "[Add up.] or [x]", "Count slowly.\n\nBye."])
    writing = OPRO(proposals=4).propose(POOL, TRIED, 2)
    (batch,), proposed = driven(writing, lambda request: Completion(next(replies)))
    assert proposed == ["Add up.", "Count slowly."]
    assert {request.to for request in batch} == {"writer"}
    assert [request.sampling.draw for request in batch] == [8, 9, 10, 11]


def test_ape_guesses_from_pairs_and_then_varies_the_best() -> None:
    writing = APE(proposals=4, pairs=2, subsets=2).propose(POOL, (), 0)
    batches, proposed = driven(writing, lambda _: Completion('The instruction was: "Add one."'))
    assert proposed == ["Add one."]
    texts = [request.prompt.text for request in batches[0]]
    assert texts[0] == texts[2] != texts[1]
    assert texts[0].count("Input: What is ") == 2
    assert texts[0].endswith("The instruction was")
    later = APE(proposals=2, kept=1).propose(POOL, TRIED, 1)
    ((first, _),), _ = driven(later, lambda _: Completion("x"))
    assert first.prompt.text.endswith("Input: Think.\n\nOutput:")


def test_the_same_seed_and_step_ask_the_same() -> None:
    for kind in (OPRO, APE):
        twice = [driven(kind().propose(POOL, (), 0), lambda _: Completion(""))[0] for _ in "ab"]
        assert twice[0] == twice[1]
        assert driven(kind(seed=1).propose(POOL, (), 0), lambda _: Completion(""))[0] != twice[0]


def test_a_reply_is_undressed_and_what_is_no_instruction_left_out() -> None:
    assert cleaned("Here is the new text: “请分类。”\n\nThis is better.") == "请分类。"
    assert cleaned("  two\nlines ") == "two lines"
    assert bracketed("[a [b] c]") == "b"
    texts = ["", "good", "good", "x" * 501, "put <INS> here", "Think."]
    assert fresh(texts, TRIED) == ["good"]
