"""Fitting prompts to a model's window: which demonstrations go, and that they go whole."""

from dataclasses import dataclass

import pytest

from promptlab.context import shortened, with_room
from promptlab.program import recorded, solve
from promptlab.protocols import ContextOverflow, Preview
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import Completion, Example, Failed, Generate, Question, Sampling, Scores, Task

ASKED = Question("q", "five words are in this")
RANKED = tuple(Example(Question(f"d{i}", "one two three four"), "x y") for i in range(4))
SHOWN = tuple(reversed(RANKED))
ONE_WORD = Sampling(max_tokens=1)


@dataclass(frozen=True)
class Narrow:
    """A model of so many words, of which it reads every one as a token."""

    window: int
    identity = {"name": "narrow"}

    def preview(self, prompt):
        return Preview(prompt.text, len(prompt.text.split()), self.window)

    def answer(self, requests):
        for request in requests:
            assert self.preview(request.prompt).tokens <= self.window
        return [
            Completion("x") if isinstance(request, Generate) else Scores((-1.0,) * 2, (1, 1))
            for request in requests
        ]


def shown(model, policy: str, strategy=None):
    """Ask by as many demonstrations as fit."""
    strategy = strategy or Direct(Task(), sampling=ONE_WORD)
    program = shortened(lambda demos: strategy.solve(ASKED, demos), SHOWN, RANKED, policy)
    return with_room(program, lambda to, prompt: model.preview(prompt))


def kept(window: int, policy: str, strategy=None) -> list[str]:
    model = Narrow(window)
    _, demos = solve(shown(model, policy, strategy), model)
    return [demo.id for demo in demos]


def test_all_demonstrations_stay_where_they_fit() -> None:
    # Seven words of the question with its cues, eight of each demonstration, and the reply.
    assert kept(7 + 4 * 8 + 1, "least_similar") == ["d3", "d2", "d1", "d0"]


def test_the_least_similar_goes_first_wherever_it_stands() -> None:
    assert kept(7 + 4 * 8, "least_similar") == ["d2", "d1", "d0"]
    assert kept(7 + 8 + 1, "least_similar") == ["d0"]


def test_the_farthest_or_the_last_can_go_first_instead() -> None:
    assert kept(7 + 2 * 8 + 1, "farthest") == ["d1", "d0"]
    assert kept(7 + 2 * 8 + 1, "last") == ["d3", "d2"]


def test_the_question_alone_is_never_cut() -> None:
    assert kept(7 + 1, "least_similar") == []
    with pytest.raises(ContextOverflow, match="8 tokens and the model's window holds 7"):
        kept(7, "least_similar")


def test_what_is_scored_needs_room_too() -> None:
    strategy = Choose(Task(answer="label", labels=("a", "b")))
    assert kept(7 + 8 + 1, "least_similar", strategy) == ["d0"]
    assert kept(7 + 8, "least_similar", strategy) == []


def test_a_text_that_is_scored_needs_the_room_of_its_tokens() -> None:
    strategy = Choose(Task(answer="label", labels=("a", "b")), mode="perplexity")
    assert kept(7 + 3 * 8 + 1, "least_similar", strategy) == ["d2", "d1", "d0"]


def test_a_later_stage_that_does_not_fit_begins_again() -> None:
    strategy = ZeroShotCoT(Task(), sampling=ONE_WORD, conclusion_tokens=1)
    with pytest.raises(ContextOverflow):
        kept(12, "least_similar", strategy)


class Unknown(Narrow):
    """A model that does not say how long its window is."""

    def preview(self, prompt):
        return Preview(prompt.text, None)


def test_a_model_without_a_known_window_is_asked_everything() -> None:
    class Boundless(Unknown):
        def answer(self, requests):
            return [Completion("x") for _ in requests]

    exchanges = []
    _, demos = solve(recorded(shown(Boundless(1), "last"), exchanges), Boundless(1))
    assert (len(demos), len(exchanges)) == (4, 1)


def test_a_window_that_is_known_by_refusals_alone_drops_demonstrations_too() -> None:
    class Refusing(Unknown):
        def answer(self, requests):
            lengths = [len(request.prompt.text.split()) for request in requests]
            return [
                Completion("x")
                if length <= self.window
                else Failed(ContextOverflow(length, self.window))
                for length in lengths
            ]

    exchanges, model = [], Refusing(7 + 2 * 8)
    _, demos = solve(recorded(shown(model, "least_similar"), exchanges), model)
    assert [demo.id for demo in demos] == ["d1", "d0"]
    assert [type(exchange.reply) for exchange in exchanges] == [Failed, Failed, Completion]


def test_a_prompt_that_does_not_fit_is_not_sent_to_a_model_that_says_its_window() -> None:
    exchanges, model = [], Narrow(7 + 8 + 1)
    solve(recorded(shown(model, "least_similar"), exchanges), model)
    assert len(exchanges) == 1
