"""Searches, checks and refinements ask no more than they say they do, whatever they are told."""

import itertools

import pytest
from laws import built, driven

from promptlab.types import Completion, Question

MOST = {
    ("best_of_n",): 100 + 100,
    ("best_of_n", "strategy.by=steps", "strategy.samples=5"): 5 + 5 * (1 + 20),
    ("self_verify",): 5 + 5 * 10,
    ("self_verify", "strategy.by=mask"): 5 + 5 * 10 * 5,
    ("tree_of_thoughts",): 356 + 5,
    ("tree_of_thoughts", "strategy.judgement.by=vote", "strategy.thoughts.by=sample"): 10 * 11 + 17,
    ("tree_of_thoughts", "strategy.traversal=dfs", "strategy.most=9"): 9 * (1 + 10 * 3) + 1,
    ("chain_of_verification",): 8,
    ("reflexion",): 7,
}
QUESTION = Question("q", "1 and 2 and 3 and 4 and 5 and 6 and 7 are what?")


def forever(text):
    return lambda _: text


def ever_new(lines):
    """Reply with lines that never came before, and an answer that never did."""
    numbers = itertools.count(10)
    return lambda _: (
        "\n".join(f"What is {next(numbers)}?" for _ in range(lines))
        + (f"\nThe answer is {next(numbers)}.")
    )


def sure(_):
    return f"{next(itertools.count(3))} is sure, yes.\n" * 99


REPLIES = {
    "no": lambda: forever("No."),
    "yes": lambda: forever("yes, sure"),
    "impossible": lambda: forever("1) impossible\n2) The best choice is 1"),
    "markup": lambda: forever("<think>[[{{</think>Action: none[\n```\n{labels} The answer is 4."),
    "sure": lambda: sure,
    "few": lambda: ever_new(2),
    "many": lambda: ever_new(40),
}


@pytest.mark.parametrize("words", MOST, ids=" ".join)
@pytest.mark.parametrize("replies", REPLIES)
def test_it_ends_within_its_bound(words, replies):
    said = REPLIES[replies]()
    strategy, *settings = words
    program = built("strategy", strategy, "number", *settings).solve(QUESTION, ())
    batches, _ = driven(program, lambda request: Completion(said(request)))
    assert sum(map(len, batches)) <= MOST[words]
