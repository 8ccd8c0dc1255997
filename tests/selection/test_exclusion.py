import pytest

from promptlab.selection.exclusion import Exclusion
from promptlab.types import Example, Question

POOL = [
    Example(Question("a", "Is it  raining?"), "no"),
    Example(Question("b", "It rains.", context="The sky is dark."), "entailment"),
    Example(Question("c", "Which is true?", choices=("cats bark", "dogs bark")), "B"),
    Example(Question("d", "Which flies?\nOptions:\n(A) a stone\n(B) a kite"), "B"),
]


@pytest.mark.parametrize(
    ("question", "indices"),
    [
        (Question("a", "entirely different"), {0}),
        (Question("q", "is it raining？"), {0}),
        (Question("q", "IS IT\nRAINING?\u3000"), {0}),
        (Question("q", "Is it raining"), {0}),
        (Question("q", "Is it snowing?"), set()),
        (Question("q", "it rains.", context="the sky is dark."), {1}),
        (Question("q", "it rains.", context="The sun shines."), set()),
        (Question("q", "Which is true?", choices=("Dogs bark", "Cats bark")), {2}),
        (Question("q", "Which is true?", choices=("fish bark", "dogs bark")), set()),
        (Question("q", "Which is true?", choices=("A. dogs bark", "B. cats bark")), {2}),
        (Question("q", "Which flies?\nOptions:\n(A) a kite\n(B) a stone"), {3}),
        (Question("q", "Which flies? A. A stone B. A kite"), {3}),
        (Question("q", "Which flies?", choices=("a kite", "a stone")), {3}),
        (Question("q", "Which flies?\nOptions:\n(A) a kite\n(B) a brick"), set()),
    ],
)
def test_a_question_is_known_by_id_or_by_all_that_it_asks(question, indices):
    assert Exclusion.of(POOL)(question) == indices


def test_an_empty_id_names_nobody():
    pool = [Example(Question("", "one"), ""), Example(Question("", "two"), "")]
    assert Exclusion.of(pool)(Question("", "two")) == {1}


@pytest.mark.parametrize(
    ("asked", "member"),
    [
        ("Is there an auto top-up option?", "is there an auto top up option"),
        ("他是谁？", "他是谁"),
        ("What 's that ?", "What's that?"),
    ],
)
def test_punctuation_makes_no_other_question(asked, member):
    pool = [Example(Question("p1", member), "x"), Example(Question("p2", "Another one"), "y")]
    assert Exclusion.of(pool)(Question("q", asked)) == {0}


def test_questions_of_signs_alone_are_told_apart_by_these():
    pool = [Example(Question("p1", "..."), "x"), Example(Question("p2", "( ["), "y")]
    excluded = Exclusion.of(pool)
    assert excluded(Question("q", "!!!")) == frozenset()
    assert excluded(Question("q", "...")) == {0}
    assert excluded(Question("q", "([")) == {1}
