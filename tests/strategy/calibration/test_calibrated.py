"""Calibration by closed forms: what is asked, and what is left of a preference."""

import math
import random

import pytest
from laws import driven

from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.protocols import ContextOverflow
from promptlab.stages import prepared
from promptlab.strategy.calibration.calibrated import Calibrated
from promptlab.strategy.calibration.prior import divided, mean
from promptlab.strategy.calibration.references import random_texts
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.refinement.self_refine import SelfRefine
from promptlab.template import Template
from promptlab.types import Example, Failed, Question, RequestFailed, Scores, Task

TASK = Task("Say which.", answer="label", labels=("good", "bad"))
TEMPLATE = Template("t", instruction="", question="{question}\n")
CHOOSE = Choose(TASK, TEMPLATE)
QUESTION = Question("q", "A film.")
DEMO = Example(Question("d", "Dull."), "bad")


def pool(*texts):
    return [Example(Question(str(number), text), "good") for number, text in enumerate(texts)]


def logs(*values):
    return [math.log(value) for value in values]


def shares(values):
    weights = {answer: math.exp(value) for answer, value in values.items()}
    return {answer: weight / sum(weights.values()) for answer, weight in weights.items()}


def values_of(strategy, told, question=QUESTION, demos=(DEMO,)):
    """Answer by `told` of the question that a prompt ends with; return prompts and shares."""

    def reply(request):
        last = request.prompt.text.rpartition("\n\n")[2].removesuffix("A:").strip("\n")
        return Scores(tuple(logs(*told(last))), (1,) * len(request.continuations))

    batches, values = driven(strategy.values(question, demos), reply)
    return [request.prompt.text for batch in batches for request in batch], shares(values)


def test_contextual_calibration_divides_by_what_a_content_free_input_gets() -> None:
    strategy = Calibrated(CHOOSE, inputs=("N/A",))
    asked, found = values_of(strategy, lambda text: (0.7, 0.3) if text == "N/A" else (0.6, 0.4))
    assert asked == ["Dull.\nA: bad\n\nA film.\nA:", "Dull.\nA: bad\n\nN/A\nA:"]
    assert found == pytest.approx({"good": 0.391304, "bad": 0.608696}, abs=1e-6)


def test_content_free_inputs_are_averaged_before_they_are_renormalised() -> None:
    """The authors average what the words have of the whole vocabulary's probability."""
    told = {"N/A": (0.02, 0.04), "[MASK]": (0.1, 0.1), "": (0.3, 0.1), "A film.": (0.5, 0.25)}
    _, found = values_of(Calibrated(CHOOSE), told.__getitem__)
    prior = (0.42 / 0.66, 0.24 / 0.66)
    odds = (0.5 / prior[0]) / (0.25 / prior[1])
    assert found == pytest.approx({"good": odds / (1 + odds), "bad": 1 / (1 + odds)})


@pytest.mark.parametrize("method", ["contextual", "domain_context", "batch"])
def test_a_model_that_prefers_nothing_is_left_as_it_is(method) -> None:
    strategy = prepared(Calibrated(CHOOSE, method=method), pool("One.", "Two."))
    _, found = values_of(strategy, lambda text: (0.2, 0.6) if text == "A film." else (0.4, 0.4))
    assert found == pytest.approx({"good": 0.25, "bad": 0.75})


def test_domain_context_asks_random_words_of_the_pool() -> None:
    texts = pool("the film was fun", "a dull film", "好看的电影")
    strategy = Calibrated(CHOOSE, method="domain_context", samples=3)
    asked, found = values_of(
        prepared(strategy, texts), lambda text: (0.5, 0.5) if text == "A film." else (0.8, 0.2)
    )
    again = values_of(prepared(strategy, texts), lambda _: (0.5, 0.5))[0]
    words = [prompt.split("\n")[-2] for prompt in asked[1:]]
    assert (asked, len(set(words))) == (again, 3)
    assert set("".join(words).replace(" ", "")) <= set("thefilmwasfunadull好看的电影")
    assert found == pytest.approx({"good": 0.2, "bad": 0.8})


def test_random_words_are_as_many_as_a_text_has() -> None:
    for text in random_texts(("one two three", "four five six seven eight"), 5, 0):
        assert len(text.split()) == 4
    assert all(len(text) == 3 for text in random_texts(("很好看", "不好看"), 5, 0))
    assert random_texts(("a b c d",), 3, 0) != random_texts(("a b c d",), 3, 1)


def test_batch_calibration_divides_by_the_mean_over_questions_of_the_pool() -> None:
    told = {"A film.": (0.6, 0.2), "One.": (0.9, 0.1), "Two.": (0.03, 0.01), "Dull.": (1.0, 1.0)}
    members = [*pool("One.", "Two."), DEMO, Example(QUESTION, "good")]
    strategy = prepared(Calibrated(CHOOSE, method="batch", samples=9), members)
    asked, found = values_of(strategy, told.__getitem__)
    assert len(asked) == 3  # neither the demonstration nor the question itself
    odds = 3 / ((0.9 + 0.75) / (0.1 + 0.25))
    assert found == pytest.approx({"good": odds / (1 + odds), "bad": 1 / (1 + odds)})


def test_the_references_do_not_depend_on_the_question() -> None:
    strategy = prepared(Calibrated(CHOOSE, method="batch", samples=2), pool(*"abcdefgh"))
    first = values_of(strategy, lambda _: (0.5, 0.5))[0]
    second = values_of(strategy, lambda _: (0.5, 0.5), Question("other", "Else."))[0]
    assert first[1:] == second[1:]


def test_prototypes_find_the_border_that_a_preference_has_moved() -> None:
    chance = random.Random(3)
    shown = {
        f"{n}": chance.gauss(0.95, 0.005) if n % 2 else chance.gauss(0.7, 0.02) for n in range(40)
    }
    strategy = prepared(Calibrated(CHOOSE, method="prototypical", samples=40), pool(*shown))

    def best(share):
        told = {**shown, "A film.": share}
        found = values_of(strategy, lambda text: (told[text], 1 - told[text]))[1]
        return max(found, key=found.__getitem__)

    assert (best(0.94), best(0.72), best(0.3)) == ("good", "bad", "bad")


def test_pride_finds_what_the_letters_have_whatever_they_stand_for() -> None:
    task = Task(answer="choice")
    likes, worth = {"A": 0.6, "B": 0.3, "C": 0.1}, {"sea": 0.2, "bus": 0.5, "sky": 0.3}

    def told(text):
        shown = [part.split(" (")[0].strip() for part in text.split(") ")[1:]]
        weights = [
            likes[letter] * worth[choice] for letter, choice in zip("ABC", shown, strict=True)
        ]
        return [weight / sum(weights) for weight in weights]

    def question(name, *choices):
        return Question(name, "Where?", choices=choices)

    members = [
        Example(question("p1", "bus", "sea", "sky"), "A"),
        Example(question("p2", "sky", "bus", "sea"), "A"),
        Example(question("p3", "sea", "bus"), "A"),
    ]
    template = Template("t", question="{question} ", choices="{choices}\n", cue="A:")
    strategy = prepared(Calibrated(Choose(task, template), method="pride"), members)
    asked, found = values_of(strategy, told, question("q", "sea", "bus", "sky"), demos=())
    assert len(asked) == 1 + 2 * 3
    assert found == pytest.approx({"A": 0.2, "B": 0.5, "C": 0.3})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"inputs": ()}, "expected a content-free text at least"),
        ({"method": "nope"}, "expected one of contextual, domain_context, batch"),
        ({"samples": 0}, "expected at least 1"),
        ({"method": "pride"}, "expected a choice task and strategy.inner.by=letter"),
    ],
)
def test_what_cannot_calibrate_is_refused_when_it_is_made(settings, said) -> None:
    with pytest.raises(ValueError, match=said):
        Calibrated(CHOOSE, **settings)


def test_what_gives_no_probabilities_is_refused() -> None:
    with pytest.raises(ValueError, match="inner is Direct, .* expected choose"):
        Calibrated(Direct(TASK))


def test_a_method_of_the_pool_says_so_where_there_is_none() -> None:
    strategy = Calibrated(CHOOSE, method="batch")
    with pytest.raises(ValueError, match="learns from the pool, and it is empty"):
        prepared(strategy, [])
    with pytest.raises(ValueError, match=r"fit\(pool\) comes first"):
        next(strategy.solve(QUESTION, ()))
    with pytest.raises(ValueError, match="finds no question in the pool"):
        next(prepared(strategy, [DEMO]).solve(QUESTION, (DEMO,)))


def test_fewer_references_than_prototypes_are_refused() -> None:
    strategy = prepared(Calibrated(CHOOSE, method="prototypical", samples=1), pool("One.", "Two."))
    with pytest.raises(ValueError, match="draws 2 clusters, and there are 1 reference"):
        values_of(strategy, lambda _: (0.5, 0.5))


def test_none_asks_what_the_inner_strategy_asks() -> None:
    strategy = prepared(Calibrated(CHOOSE, method="none"), [])
    asked, found = values_of(strategy, lambda _: (0.6, 0.2))
    assert asked == ["Dull.\nA: bad\n\nA film.\nA:"]
    assert found == pytest.approx({"good": 0.75, "bad": 0.25})


def test_a_strategy_inside_another_is_fitted_too() -> None:
    wrapped = SelfRefine(Calibrated(CHOOSE, method="batch"))
    assert prepared(wrapped, [DEMO]).inner.pool == (DEMO.question,)
    assert prepared(CHOOSE, [DEMO]) is CHOOSE


def test_calibrations_stand_on_one_another() -> None:
    strategy = Calibrated(Calibrated(CHOOSE, inputs=("N/A",)), inputs=("N/A",))
    _, found = values_of(strategy, lambda text: (0.7, 0.3) if text == "N/A" else (0.6, 0.4))
    assert found == pytest.approx({"good": 0.391304, "bad": 0.608696}, abs=1e-6)


@pytest.mark.parametrize("error", [RequestFailed("refused"), ContextOverflow(9, 8)])
def test_a_reference_that_fails_fails_the_question(error) -> None:
    def reply(request):
        return Failed(error) if "N/A" in request.prompt.text else Scores((-1.0, -2.0), (1, 1))

    with pytest.raises(type(error)):
        driven(Calibrated(CHOOSE).solve(QUESTION, ()), reply)


def test_nothing_is_learnt_of_inputs_after_which_nothing_can_be() -> None:
    def reply(request):
        return Scores((-math.inf, math.nan), (1, 1))

    with pytest.raises(RequestFailed, match="no answer a probability after any of the 3 reference"):
        driven(Calibrated(CHOOSE).solve(QUESTION, ()), reply)


def test_long_answers_lose_nothing() -> None:
    prior = mean([{"a": -2000.0, "b": -2001.0}], shared=False)
    assert divided({"a": -1500.0, "b": -1500.5}, prior) == {"a": 500.0, "b": 500.5}


@pytest.mark.parametrize("method", ["batch", "pride"])
def test_a_question_of_which_the_pool_has_no_like_fails_alone(method) -> None:
    """It has four choices where all members have two: others of the run are no worse for it."""
    members = [
        Example(Question(f"p{n}", "Where?", choices=("sea", f"bus {n}")), "A") for n in range(4)
    ]
    strategy = prepared(Calibrated(Choose(Task(answer="choice")), method=method), members)
    with pytest.raises(RequestFailed, match="no question in the pool with the choices of 'q'"):
        solve(strategy.solve(Question("q", "Where?", choices=tuple("wxyz")), ()), Scripted())
    answer = solve(
        strategy.solve(Question("q", "Where?", choices=("wood", "hill")), ()), Scripted()
    )
    assert answer.outcome == "parsed"
