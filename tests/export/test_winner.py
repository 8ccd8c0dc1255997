"""A winner in use: who may answer, what a question may have, and many at once."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from runs import MODEL, Narrow, reply, run, write_data

from promptlab import Chat, Question, Route, Scripted, load
from promptlab.export.write import write
from promptlab.protocols import ContextOverflow
from promptlab.types import Completion, Failed, RequestFailed

AT_ONCE = 50


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write_data(tmp_path_factory.mktemp("data") / "tiny")


@pytest.fixture(scope="module")
def winner(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("winner")
    run(folder / "run", data, selection="bm25", strategy="self_consistency")
    return write(folder / "run", folder / "winner")


@pytest.fixture(scope="module")
def choosing(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("choosing")
    run(folder / "run", data, strategy="choose", ordering="entropy")
    return write(folder / "run", folder / "winner")


def told(number):
    return {"question": f"Is {number} odd?", "context": "So it is.", "id": f"t{number}"}


def test_threads_and_tasks_get_what_one_after_another_gets(winner) -> None:
    alone = [winner.answer(**told(n), model=MODEL) for n in range(AT_ONCE)]
    fresh = load(winner.folder)

    async def tasks():
        return await asyncio.gather(
            *(fresh.aanswer(**told(n), model=MODEL) for n in range(AT_ONCE))
        )

    assert asyncio.run(tasks()) == alone
    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert list(
            threads.map(lambda n: fresh.answer(**told(n), model=MODEL), range(AT_ONCE))
        ) == (alone)
    assert fresh.batch(map(told, range(AT_ONCE)), model=MODEL) == alone


def test_a_batch_is_asked_at_once(winner) -> None:
    batches = []

    class Counting:
        def answer(self, requests):
            batches.append(len(requests))
            return MODEL.answer(requests)

    winner.batch(["a?", "b?", {"question": "c?"}], model=Counting())
    assert batches == [15]


def test_what_cannot_be_answered_is_told_apart_in_a_batch(winner) -> None:
    class Refusing:
        def answer(self, requests):
            return [
                Failed(RequestFailed("not this one"))
                if "odd" in r.text[-20:]
                else Completion("yes")
                for r in requests
            ]

    refused, fine = winner.batch(["Is it odd?", "Is it?"], model=Refusing())
    assert (refused.outcome, refused.rationale, fine.text) == ("failed", "not this one", "yes")
    with pytest.raises(RequestFailed, match="not this one"):
        winner.answer("Is it odd?", model=Refusing())


def test_a_model_can_be_bound_once_and_replaced_for_one_question(winner) -> None:
    bound = load(winner.folder, model=lambda messages: "The answer is yes.")
    assert bound.answer("Is it?").text == "yes"
    assert bound.answer("Is it?", model=Scripted("The answer is no.")).text == "no"


def test_without_a_model_it_is_said_which_it_was_measured_with(winner) -> None:
    with pytest.raises(ValueError, match=r"measured with scripted\. Pass model="):
        winner.answer("Is it?")


def test_a_prompt_needs_no_model_unless_one_orders_its_demonstrations(winner, choosing) -> None:
    assert winner.prompt("Is it?").text.endswith("Q: Is it?\nA:")
    with pytest.raises(ValueError, match=r"a model is asked 6 questions before.*pass model="):
        choosing.prompt("Is it?")
    assert choosing.prompt("Is it?", model=MODEL).text.endswith("Q: Is it?\nA:")


def test_a_chat_cannot_choose_and_the_message_says_who_can(choosing) -> None:
    with pytest.raises(ValueError, match=r"a chat does not tell.*promptlab\.OpenAI"):
        choosing.answer("Is it?", model=lambda messages: "yes")


def test_demonstrations_are_dropped_for_a_window_that_is_known(winner) -> None:
    whole = winner.prompt("Is it?")
    narrow = Narrow(reply, window=len(whole.text.split()) + 250)
    assert len(winner.prompt("Is it?", model=narrow).text) < len(whole.text)
    with pytest.raises(ContextOverflow):
        winner.answer("Is it?", model=Narrow(reply, window=9))


def test_the_question_itself_is_never_its_own_demonstration(winner) -> None:
    assert winner.prompt("Is 3 odd? {x} %s ${oc.env:HOME}").text.count("Is 3 odd?") == 1
    assert winner.prompt("anything", id="q1").text.count("Is 3 odd?") == 0


def test_roles_and_tools_come_by_a_route(winner) -> None:
    route = Route({"model": Chat(lambda messages: "The answer is maybe.")})
    assert winner.answer("Is it?", model=route).text == "maybe"
    assert asyncio.run(winner.aanswer("Is it?", model=route)).text == "maybe"


@pytest.mark.parametrize("question", [{}, {"question": 3}, {"question": "a", "context": 1.5}])
def test_what_is_no_question_is_refused(question, winner) -> None:
    with pytest.raises(ValueError, match="expected text under `question`"):
        winner.batch([question], model=MODEL)


def test_other_fields_are_the_questions_metadata(winner) -> None:
    asked = []

    class Seeing:
        def solve(self, question, demos):
            asked.append(question)
            yield from ()

    import dataclasses

    seeing = dataclasses.replace(winner, strategy=Seeing())
    with pytest.raises(ValueError, match="without asking a model anything"):
        seeing.prompt("Is it?", tier="gold", choices=["a", "b"])
    assert asked == [Question("", "Is it?", ("a", "b"))]
    assert asked[0].metadata == {"tier": "gold"}


def test_one_thread_at_a_time_is_inside_a_model_of_this_machine() -> None:
    from promptlab.machine.turns import in_turn

    inside, most = [], []

    @in_turn
    def work(number):
        inside.append(number)
        most.append(len(inside))
        threading.Event().wait(0.001)
        inside.pop()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(20)))
    assert most == [1] * 20
