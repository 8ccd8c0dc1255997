"""What each mode asks, and what it makes of the replies: closed forms by hand."""

import math
from dataclasses import replace

import pytest
from laws import built, driven

from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.scripted import Scripted
from promptlab.program import solve
from promptlab.protocols import Preview
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.scoring.channel import FLIPPED
from promptlab.template import Template
from promptlab.types import Example, Question, Score, Scores, Task

TASK = Task("Say which.", answer="label", labels=("good", "very bad"))
QUESTION = Question("1", "Nice.", context="A film.", metadata={"tier": "gold"})
DEMOS = (
    Example(Question("d1", "Dull."), "very bad"),
    Example(Question("d2", "Fun."), "good"),
)
TEMPLATE = Template("t", instruction="{instruction}\n", question="Q: {question}\n")


def read(strategy, told, demos=DEMOS, question=QUESTION):
    """Answer every request by its text and its continuation; return both, and the values."""

    def reply(request):
        lengths = tuple(len(text.split()) for text in request.continuations)
        logprobs = [told(request.prompt.text, text) for text in request.continuations]
        return Scores(tuple(logprobs), lengths)

    batches, values = driven(strategy.values(question, demos), reply)
    return [request for batch in batches for request in batch], values


@pytest.mark.parametrize("layout", ["text", "one_turn", "turns"])
def test_direct_completes_the_very_prompt_that_is_scored(layout) -> None:
    template = replace(TEMPLATE, layout=layout)
    (scored,) = next(Choose(TASK, template).solve(QUESTION, DEMOS))
    (completed,) = next(Direct(TASK, template).solve(QUESTION, DEMOS))
    assert scored.prompt == completed.prompt


def test_each_length_divides_as_its_name_says() -> None:
    task = Task(answer="label", labels=("good", "很 坏"))
    for normalise, divisors in [
        ("sum", (1, 1)),
        ("token", (1, 2)),
        ("character", (4, 3)),
        ("byte", (4, 7)),
    ]:
        _, values = read(Choose(task, TEMPLATE, normalise=normalise), lambda *_: -12.0)
        assert values == {"good": -12 / divisors[0], "很 坏": -12 / divisors[1]}


def test_perplexity_is_the_mean_over_the_whole_text_with_the_label_in_its_place() -> None:
    asked, values = read(Choose(TASK, TEMPLATE, mode="perplexity"), lambda *_: -30.0)
    (request,) = asked
    direct, _ = read(Choose(TASK, TEMPLATE), lambda *_: -1.0)
    whole = direct[0].prompt.text
    assert request.prompt.text == ""
    assert request.continuations == (f"{whole} good", f"{whole} very bad")
    words = len(whole.split())
    assert values == {"good": -30 / (words + 1), "very bad": -30 / (words + 2)}


def test_perplexity_of_chat_turns_is_refused() -> None:
    strategy = Choose(TASK, replace(TEMPLATE, layout="turns"), mode="perplexity")
    with pytest.raises(ValueError, match="expected a template with layout=text"):
        next(strategy.solve(QUESTION, ()))


@pytest.mark.parametrize(
    ("against", "premise"),
    [
        ("domain", "Say which.\nQ: \nA:"),
        ("unconditional", ""),
        ("content_free", "Say which.\nQ: Dull.\nA: very bad\n\nQ: Fun.\nA: good\n\nQ: N/A\nA:"),
    ],
)
def test_pmi_is_the_gain_over_its_premise(against, premise) -> None:
    def told(prompt, text):
        if prompt == premise:
            return {" good": -1.0, " very bad": -6.0}[text]
        return {" good": -2.0, " very bad": -3.0}[text]

    asked, values = read(Choose(TASK, TEMPLATE, mode="pmi", against=against), told)
    assert [request.prompt.text for request in asked[1:]] == [premise]
    assert values == {"good": -1.0, "very bad": 3.0}


def test_a_further_field_of_the_question_does_not_reach_a_premise() -> None:
    template = replace(TEMPLATE, question="Q ({tier}): {question}\n")
    asked, _ = read(Choose(TASK, template, mode="pmi"), lambda *_: -1.0, demos=())
    assert [("gold" in request.prompt.text) for request in asked] == [True, False]


def test_a_channel_scores_the_question_after_each_label() -> None:
    def told(prompt, text):
        return {"good": -9.0, "very bad": -4.0}[prompt.strip().rpartition("\n")[2]]

    asked, values = read(Choose(TASK, TEMPLATE, mode="channel"), told)
    shown = "very bad\nDull.\n\n\ngood\nFun.\n\n\n"
    assert [request.prompt.text for request in asked] == [shown + "good\n", shown + "very bad\n"]
    assert {request.continuations for request in asked} == {("A film.\nNice.",)}
    assert values == {"good": -9.0, "very bad": -4.0}


def test_the_channel_is_written_as_its_yaml_says() -> None:
    assert built("template", "channel_v1") == FLIPPED


def test_a_channel_of_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="expected by=text"):
        Choose(Task(answer="choice"), mode="channel")
    Choose(Task(answer="choice"), mode="channel", by="text")


@pytest.mark.parametrize("mode", ["logprob", "channel"])
def test_ensembled_demonstrations_are_a_prompt_each_and_add_up(mode) -> None:
    strategy = Choose(TASK, TEMPLATE, mode=mode, demonstrations="ensembled")
    _, values = read(strategy, lambda prompt, _: -1.0 if "Dull" in prompt else -10.0)
    assert values == {"good": -11.0, "very bad": -11.0}
    alone, _ = read(strategy, lambda *_: -1.0, demos=())
    assert alone == read(Choose(TASK, TEMPLATE, mode=mode), lambda *_: -1.0, demos=())[0]


def test_the_first_token_is_asked_for_as_such() -> None:
    asked, values = read(Choose(TASK, TEMPLATE, mode="first_token"), lambda *_: -2.0)
    assert [request.first for request in asked] == [True]
    assert values == {"good": -2.0, "very bad": -2.0}


@pytest.mark.parametrize("labels", [("pos", "positive"), ("军", "军事")])
def test_a_label_that_begins_another_is_warned_of(labels) -> None:
    task = Task(answer="label", labels=(*labels, "other"))
    with pytest.warns(UserWarning, match=f"'{labels[0]}' and '{labels[1]}': one answer begins"):
        Choose(task)


def test_a_choice_that_begins_another_is_warned_of_in_the_same_words_each_time() -> None:
    texts = Choose(Task(answer="choice"), by="text")
    said = "a question has a choice that begins another of its choices"
    for choices in (("pos", "positive"), ("军事", "军")):
        with pytest.warns(UserWarning, match=said):
            solve(texts.solve(Question("q", "Which?", choices), ()), Scripted())


@pytest.mark.parametrize("settings", [{}, {"by": "text", "normalise": "token"}])
def test_letters_and_means_are_warned_of_nothing(settings, recwarn) -> None:
    strategy = Choose(Task(answer="choice"), **settings)
    solve(strategy.solve(Question("q", "Which?", ("pos", "positive")), ()), Scripted())
    assert list(recwarn) == []


def test_a_synonym_that_begins_another_of_the_same_answer_counts_it_twice() -> None:
    words = {"verbaliser": [["好", "好吃"], ["差"]]}
    with pytest.warns(UserWarning, match="'好' and '好吃' mean the same answer"):
        Choose(TASK, **words)


@pytest.mark.parametrize(
    ("labels", "settings"),
    [
        (("pos", "neg"), {}),
        (("pos", "neg"), {"verbaliser": (["good", "goodly"], ["bad"]), "synonyms": "best"}),
        (("pos", "positive"), {"normalise": "token"}),
        (("pos", "positive"), {"mode": "channel"}),
        (("pos", "positive"), {"verbaliser": ("good", "very good")}),
    ],
)
def test_what_tells_all_answers_apart_warns_of_nothing(labels, settings, recwarn) -> None:
    Choose(Task(answer="label", labels=labels), **settings)
    assert list(recwarn) == []


def test_a_word_that_begins_another_answers_word_has_no_first_token_of_its_own() -> None:
    for task, words in [
        (Task(answer="label", labels=("good", "goodness")), ()),
        (Task(answer="label", labels=("好", "好评")), ()),
        (TASK, ("a", ("b", "ab"))),
        (Task(answer="yes_no"), ("no", "not at all")),
    ]:
        with pytest.raises(ValueError, match="which begins with it; expected"):
            Choose(task, mode="first_token", verbaliser=words)
        Choose(task, verbaliser=words)


@pytest.mark.parametrize(("synonyms", "good"), [("sum", math.log(0.5)), ("best", math.log(0.3))])
def test_several_words_of_a_label_come_to_their_sum_or_their_best(synonyms, good) -> None:
    strategy = Choose(TASK, TEMPLATE, verbaliser=(["great", "好"], "poor"), synonyms=synonyms)
    shares = {" great": 0.2, " 好": 0.3, " poor": 0.4}
    asked, values = read(strategy, lambda _, text: math.log(shares[text]))
    assert asked[0].continuations == (" great", " 好", " poor")
    assert "Q: Dull.\nA: poor\n\nQ: Fun.\nA: great\n" in asked[0].prompt.text
    assert values == pytest.approx({"good": good, "very bad": math.log(0.4)})


def test_words_of_yes_and_no_are_written_as_they_are() -> None:
    strategy = Choose(Task(answer="yes_no"), TEMPLATE, verbaliser=(["true", "sure"], "false"))
    demo = Example(Question("d", "Is it?"), "False")
    asked, _ = read(strategy, lambda *_: -1.0, demos=(demo,))
    assert asked[0].continuations == (" true", " sure", " false")
    assert "A: false\n" in asked[0].prompt.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((["great", "fine"], "fine"), "'fine' for 'good' and for 'very bad'"),
        (("great",), "for each of the 2 answers in this order: 'good', 'very bad'"),
        ("great", "for each of the 2 answers"),
        (([], "poor"), "expected one word or several"),
        ((" ", "poor"), "expected one word or several"),
    ],
)
def test_a_verbaliser_that_tells_labels_not_apart_is_refused(words, said) -> None:
    with pytest.raises(ValueError, match=said):
        Choose(TASK, verbaliser=words)
    with pytest.raises(ValueError, match="expected a label or a yes_no task"):
        Choose(Task(answer="choice"), verbaliser=("a", "b"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mode", "first_token"), ("against", "content_free"), ("synonyms", "sum or best")],
)
def test_an_unknown_name_is_refused_with_those_that_are_known(name, expected) -> None:
    with pytest.raises(ValueError, match=f"{name} is 'nope'; expected .*{expected}"):
        Choose(TASK, **{name: "nope"})


def test_choices_are_judged_as_lm_evaluation_harness_judges_them() -> None:
    """Its acc, acc_norm, acc_bytes and acc_mutual_info, of the same log-probabilities."""
    choices = ("a bank", "über alles", "the third choice of all")
    question = Question("q", "Which?", choices=choices)

    def told(request: Score):
        return [-(1 + len(request.prompt.text) * len(text) ** 2 % 23.7) for text in texts(request)]

    def texts(request):
        return request.continuations

    model = Scripted(score=told)
    prompt = TEMPLATE.prompt(Task(answer="choice"), question, by="text")
    given, alone = (
        dict(zip(choices, told(Score(each, tuple(f" {text}" for text in choices))), strict=True))
        for each in (prompt, replace(prompt, messages=(replace(prompt.messages[0], content=""),)))
    )
    for wanted, settings in [
        (given.get, {}),
        (lambda text: given[text] / len(text), {"normalise": "character"}),
        (lambda text: given[text] / len(text.encode()), {"normalise": "byte"}),
        (lambda text: given[text] - alone[text], {"mode": "pmi", "against": "unconditional"}),
    ]:
        strategy = Choose(Task(answer="choice"), TEMPLATE, by="text", **settings)
        values = solve(strategy.values(question, ()), model)
        assert values == pytest.approx(dict(zip("ABC", map(wanted, choices), strict=True)))


class Counting:
    """A model that counts what reaches it."""

    identity = {"name": "counting"}

    def __init__(self):
        self.asked = []

    def answer(self, requests):
        self.asked += requests
        return Scripted().answer(requests)

    def preview(self, prompt):
        return Preview(prompt.text, None)


def test_modes_that_need_the_same_log_probabilities_ask_for_them_once() -> None:
    counting = Counting()
    model = CachedModel(counting, path=":memory:")
    variants = [
        *({"normalise": normalise} for normalise in ("sum", "token", "character", "byte")),
        *({"mode": "pmi", "normalise": normalise} for normalise in ("sum", "token", "byte")),
        {"mode": "pmi", "against": "unconditional"},
        {"mode": "pmi", "against": "content_free"},
        {"synonyms": "best"},
    ]
    for settings in variants:
        for number in range(5):
            question = replace(QUESTION, id=str(number), text=f"Number {number}.")
            solve(Choose(TASK, TEMPLATE, **settings).solve(question, DEMOS), model)
    # One prompt a question, and the three premises, which all questions share.
    assert len(counting.asked) == 5 + 3
