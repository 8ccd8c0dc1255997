"""Nothing is computed twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from counting import Counting, draws, prompt, rows

from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.usage import Usage
from promptlab.program import parallel, redraw, solve
from promptlab.protocols import Program
from promptlab.types import Generate, Message, Prompt, Reply, Sampling, Score


def test_what_was_asked_before_is_not_asked_again(path):
    requests = [*draws("a", 3), Generate(prompt("b")), Score(prompt("c"), ("x", "y"))]
    first = CachedModel(Counting(), path).answer(requests)
    later = Counting()
    assert CachedModel(later, path).answer(requests) == first
    assert later.asked == []


def test_going_from_5_draws_to_20_asks_for_15(path):
    CachedModel(Counting(), path).answer(draws("a", 5))
    inner = Counting()
    stored = CachedModel(inner, path)
    replies = stored.answer(draws("a", 20))
    assert inner.asked == draws("a", 20)[5:]
    assert replies == Counting().answer(draws("a", 20))
    assert (stored.counts.found, stored.counts.computed) == (5, 15)


def test_growing_a_vote_inside_a_program_asks_for_the_new_draws_alone(path):
    def ask(text: str) -> Program[Reply]:
        (reply,) = yield [Generate(prompt(text))]
        return reply

    def vote(draws: int) -> Program[list[Reply]]:
        return parallel(redraw(ask("a"), temperature=0.5, draw=draw) for draw in range(draws))

    inner = Counting()
    few = solve(vote(5), CachedModel(inner, path))
    many = solve(vote(20), CachedModel(inner, path))
    assert len(inner.asked) == 20
    assert many[:5] == few


def test_a_further_variant_costs_that_variant(path):
    shared = [Generate(prompt(f"question {number}")) for number in range(10)]
    CachedModel(Counting(), path).answer(shared)
    inner = Counting()
    CachedModel(inner, path).answer([*shared, *draws("another", 2)])
    assert inner.asked == draws("another", 2)


def test_equal_requests_of_a_batch_are_asked_once_and_all_answered(path):
    inner = Counting()
    stored = CachedModel(inner, path)
    one, other = Generate(prompt("a")), Score(prompt("b"), ("x", "y"))
    replies = stored.answer([one, other, one, one, other])
    assert inner.asked == [one, other]
    assert replies[0] == replies[2] == replies[3]
    assert replies[1] == replies[4]
    assert stored.counts.repeated == 3


def test_at_temperature_0_neither_seed_nor_draw_nor_top_p_nor_top_k_matters(path):
    inner = Counting()
    stored = CachedModel(inner, path)
    first = stored.answer([Generate(prompt("a"), Sampling(seed=1, draw=2, top_p=0.5, top_k=3))])
    second = stored.answer(draws("a", 9, temperature=0, seed=7, top_p=0.9))
    assert len(inner.asked) == 1
    assert {*first} == {*second}
    assert rows(path) == 1


@pytest.mark.parametrize(
    "change",
    [
        *({"temperature": 0.8}, {"top_p": 0.9}, {"max_tokens": 9}),
        *({"stop": ("\n",)}, {"seed": 1}, {"draw": 1}, {"top_k": 20}),
    ],
    ids=str,
)
def test_whatever_decides_a_draw_is_asked_for_by_itself(path, change):
    inner = Counting()
    sampling = Sampling(temperature=0.7)
    for each in (sampling, replace(sampling, **change)):
        CachedModel(inner, path).answer([Generate(prompt("a"), each)])
    assert len(inner.asked) == 2


@pytest.mark.parametrize("change", [{"max_tokens": 9}, {"stop": ("\n",)}], ids=str)
def test_a_greedy_completion_of_another_length_is_another(path, change):
    inner = Counting()
    for sampling in (Sampling(), replace(Sampling(), **change)):
        CachedModel(inner, path).answer([Generate(prompt("a"), sampling)])
    assert len(inner.asked) == 2


def test_the_same_words_in_another_role_or_division_are_another_prompt(path):
    inner = Counting()
    prompts = [
        prompt("ab"),
        Prompt((Message("user", "ab"),)),
        Prompt((Message("system", "ab"),)),
        Prompt((Message("user", "a"), Message("user", "b"))),
        Prompt((Message("user", "a"), Message("assistant", "b"))),
    ]
    stored = CachedModel(inner, path)
    replies = [*stored.answer([Generate(prompt) for prompt in prompts])]
    assert len(inner.asked) == len(prompts)
    assert replies == Counting().answer([Generate(prompt) for prompt in prompts])


def test_another_model_is_asked_for_itself(path):
    requests = draws("a", 2)
    one = CachedModel(Counting("one"), path).answer(requests)
    inner = Counting("two", salt=1)
    assert CachedModel(inner, path).answer(requests) != one
    assert len(inner.asked) == 2


def test_a_model_without_identity_is_always_asked(path):
    inner = Counting("")
    stored = CachedModel(inner, path)
    stored.answer(draws("a", 2))
    stored.answer(draws("a", 2))
    assert len(inner.asked) == 4
    assert not Path(path).exists()


def test_two_prompts_that_are_the_same_tokens_are_one(path):
    @dataclass
    class Deaf(Counting):
        def token_ids(self, prompt: Prompt) -> Sequence[int]:
            return [ord(letter) for letter in prompt.text.lower()]

    inner = Deaf()
    CachedModel(inner, path).answer([Generate(prompt("Tea")), Generate(prompt("tea"))])
    assert len(inner.asked) == 1
    CachedModel(inner, path).answer([Generate(prompt("pea"))])
    assert len(inner.asked) == 2


def test_other_tokens_of_the_same_prompt_are_asked_for_anew(path):
    @dataclass
    class Versioned(Counting):
        tokenizer: int = 1

        def token_ids(self, prompt: Prompt) -> Sequence[int]:
            return [ord(letter) + self.tokenizer for letter in prompt.text]

    old, new = Versioned(tokenizer=1), Versioned(tokenizer=2)
    for inner in (old, new):
        CachedModel(inner, path).answer([Generate(prompt("a"))])
    assert new.asked == [Generate(prompt("a"))]


def test_counts_tell_found_repeated_and_computed_in_requests_and_tokens(path):
    CachedModel(Counting(), path).answer(draws("abc", 2))
    stored = CachedModel(Counting(), path)
    before = stored.counts
    stored.answer([*draws("abc", 3), draws("abc", 3)[2]])
    assert stored.counts - before == Usage(
        asked=4, found=2, repeated=1, computed=1, tokens_asked=4 * 6, tokens_computed=6
    )
