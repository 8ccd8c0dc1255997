"""Orderings that ask the model, and those that deal, count and permute."""

import math
import re
import warnings
from itertools import permutations

import pytest

from promptlab.entropy import entropies, entropy
from promptlab.model.scripted import Scripted
from promptlab.ordering.alternating import Alternating
from promptlab.ordering.complexity import Complexity
from promptlab.ordering.easy_to_hard import EasyToHard
from promptlab.ordering.entropy import Entropy
from promptlab.ordering.exhaustive import Exhaustive
from promptlab.ordering.global_entropy import GlobalEntropy
from promptlab.ordering.mdl import MDL
from promptlab.program import parallel, solve
from promptlab.strategy.choose import Choose
from promptlab.types import Example, Question, Task

TASK = Task(answer="label", labels=("yes", "no"))
DEMOS = tuple(Example(Question(name, f"is it {name}"), "yes") for name in "abcd")
ASKED = Question("q", "asked")


def ids(demos):
    return "".join(demo.id for demo in demos)


def test_labels_alternate_until_one_has_run_out():
    answers = dict(zip("abcdefg", "xxxyxyz", strict=True))
    demos = [Example(Question(name, name), answer) for name, answer in answers.items()]
    assert ids(Alternating()(demos, ASKED)) == "adgbfce"
    assert Alternating()((), ASKED) == ()


def test_steps_are_the_lines_of_a_rationale_and_long_questions_stand_for_them():
    steps = {"a": "one\ntwo\n\nthree", "b": "one", "c": "", "d": "one\ntwo"}
    demos = [Example(Question(n, n), "", rationale) for n, rationale in steps.items()]
    assert ids(Complexity()(demos, ASKED)) == "cbda"
    assert ids(Complexity("first")(demos, ASKED)) == "adbc"
    bare = [Example(Question(n, text), "") for n, text in (("a", "long"), ("b", "x"))]
    assert ids(Complexity()(bare, ASKED)) == "ba"
    with pytest.raises(ValueError, match="expected last or first"):
        Complexity("middle")


def test_what_the_model_finds_easiest_comes_first():
    likely = {"a": -2.0, "b": -0.1, "c": -2.0, "d": -9.0}

    def score(request):
        return [likely[request.prompt.text.split("is it ")[1][0]]]

    ordered = solve(EasyToHard(TASK)(DEMOS, ASKED), Scripted(score=score))
    assert ids(ordered) == "bacd"
    unanswered = (Example(Question("x", "is it x"), ""), *DEMOS)
    assert ids(solve(EasyToHard(TASK)(unanswered, ASKED), Scripted(score=score))) == "bacdx"


WANTED = "cadb"


def surest(request):
    """The answer is settled under one order, and open under the others."""
    places = [request.prompt.text.index(f"is it {name}") for name in WANTED]
    return (-0.01, -4.6) if places == sorted(places) else (-0.7, -0.7)


def test_the_order_that_settles_the_answer_is_taken():
    assert ids(solve(MDL(Choose(TASK))(DEMOS, ASKED), Scripted(score=surest))) == WANTED
    same = Scripted(score=lambda request: (-0.7, -0.7))
    assert solve(MDL(Choose(TASK))(DEMOS, ASKED), same) == DEMOS


@pytest.mark.parametrize("kind", [MDL, GlobalEntropy])
def test_at_least_one_order_is_tried(kind):
    with pytest.raises(ValueError, match="orders is 0; expected at least 1"):
        kind(Choose(TASK), orders=0)


def test_permutations_are_all_there_are_in_lexicographic_order():
    found = [Exhaustive(number)(DEMOS, ASKED) for number in range(24)]
    assert found == list(permutations(DEMOS))
    with pytest.raises(ValueError, match="4 demonstrations have 24 orders, 0 to 23; .*k=5 has 120"):
        Exhaustive(24)(DEMOS, ASKED)
    with pytest.raises(ValueError, match=r"1 demonstrations have 1 order, 0 to 0; .*k=13 or more"):
        Exhaustive(10**9)(DEMOS[:1], ASKED)
    with pytest.raises(ValueError, match="expected a number from 0"):
        Exhaustive(-1)


def written(request):
    """Of every order another text, with what a model might write after it."""
    number = request.sampling.draw
    return (
        f" probe of the order number {'abcdefghijklmnopqrstuvwx'[number]}\nLabel: yes\n\nInput: x"
    )


def spread(request):
    """Half of the probes are answered otherwise, under one order alone."""
    text = request.prompt.text
    places = [text.index(f"is it {name}") for name in WANTED]
    other = places == sorted(places) and text.rstrip("\nA:")[-1] in "acegikmoqsuw"
    return (-3.0, -0.1) if other else (-0.1, -3.0)


def test_the_order_whose_predictions_are_spread_is_taken_whatever_is_asked():
    ordering = GlobalEntropy(Choose(TASK))
    model = Scripted(written, score=spread)
    first = solve(ordering(DEMOS, ASKED), model)
    assert ids(first) == WANTED
    assert solve(ordering(DEMOS, Question("r", "another")), model) == first


@pytest.mark.parametrize(
    ("others", "expected"), [(3, 0.661563), (5, 0.661563), (4, 0.693147), (0, 0), (8, 0)]
)
def test_an_order_is_worth_the_entropy_of_what_the_probes_are_answered(others, expected):
    probes = [Question(f"probe-{number}", f"probe {number}") for number in range(8)]

    def score(request):
        number = int(re.findall(r"probe (\d)", request.prompt.text)[-1])
        return (-3.0, -0.1) if number < others else (-0.1, -3.0)

    asking = GlobalEntropy(Choose(TASK))._predicted(DEMOS, probes)
    assert solve(asking, Scripted(score=score)) == pytest.approx(expected, abs=1e-6)


def test_probes_are_what_the_writer_goes_on_with_each_once():
    program = GlobalEntropy(Choose(TASK), orders=3)(DEMOS, ASKED)
    requests = next(program)
    assert [request.to for request in requests] == ["writer"] * 3
    assert requests[0].prompt.text.endswith("Label: yes\n\nInput:")
    assert len({request.sampling.draw for request in requests}) == 3
    replies = Scripted(" one two three four five\nLabel: no").answer(requests)
    asked = program.send(replies)
    assert len(asked) == 3  # one probe under each of three orders
    assert all("one two three four five\n" in request.prompt.text for request in asked)
    program.close()


@pytest.mark.parametrize("reply", ["", "too short", "\nLabel: yes", "1 2 3 4 5 6"])
def test_where_nothing_can_be_asked_the_ranking_stays(reply):
    with pytest.warns(RuntimeWarning, match="nothing that the writer wrote can be asked.*5 words"):
        assert solve(GlobalEntropy(Choose(TASK))(DEMOS, ASKED), Scripted(reply)) == DEMOS


def test_that_nothing_can_be_asked_is_told_once_whoever_runs_the_programs():
    asked = [Question(f"q{number}", "asked") for number in range(3)]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for question in asked:
            solve(GlobalEntropy(Choose(TASK))(DEMOS, question), Scripted("no"))
        solve(parallel(GlobalEntropy(Choose(TASK))(DEMOS, each) for each in asked), Scripted("no"))
    assert len(told) == 1


@pytest.mark.parametrize("kind", [Entropy, MDL, GlobalEntropy])
def test_nobody_is_asked_where_there_is_one_order(kind):
    for demos in ((), DEMOS[:1]):
        assert solve(kind(Choose(TASK))(demos, ASKED), Scripted(score=unasked)) == demos
    assert solve(kind(Choose(TASK), orders=1)(DEMOS, ASKED), Scripted(score=unasked)) == DEMOS


def unasked(request):
    raise AssertionError(request)


@pytest.mark.parametrize("kind", [Entropy, MDL])
def test_of_orders_that_are_all_alike_the_selections_own_is_taken_however_many_there_are(kind):
    many = tuple(Example(Question(name, f"is it {name}"), "yes") for name in "abcdefg")
    same = Scripted(score=lambda request: (-0.7, -0.7))
    for seed in range(3):
        assert solve(kind(Choose(TASK), seed=seed)(many, ASKED), same) == many


def test_questions_with_choices_are_refused_by_their_own_name_before_the_writer_is_asked():
    asked = Question("cmmlu-7", "哪一项正确", choices=("甲", "乙"))
    with pytest.raises(ValueError, match="'cmmlu-7' has choices, .* which have none; .*=entropy"):
        next(GlobalEntropy(Choose(Task(answer="choice")))(DEMOS, asked))


def test_chinese_texts_are_probes():
    program = GlobalEntropy(Choose(TASK), orders=2)(DEMOS, ASKED)
    asked = program.send(Scripted("这家店的菜好吃吗").answer(next(program)))
    assert "这家店的菜好吃吗" in asked[0].prompt.text
    program.close()


def heard(strategy, score):
    answer = solve(strategy.solve(ASKED, DEMOS[:1]), Scripted(score=score))
    return entropies([answer], "here", strategy)[0]


def test_what_an_order_is_worth_is_the_entropy_of_answers_by_their_cross_entropies():
    # Cross-entropies of 1 and 2 nats: p = (0.731059, 0.268941).
    assert heard(Choose(TASK), lambda _: (-1.0, -2.0)) == pytest.approx(0.582203, abs=1e-6)


def test_a_prior_is_subtracted_where_choose_subtracts_it():
    prior = Choose(TASK, mode="pmi", against="content_free")

    def score(request):
        return (-2.5, -1.5) if "N/A" in request.prompt.text else (-1.0, -2.0)

    first = 1 / (1 + math.exp((2.0 - 1.5) - (1.0 - 2.5)))
    expected = -first * math.log(first) - (1 - first) * math.log(1 - first)
    assert heard(prior, score) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("counts", [(5, 0), (8, 0, 0), (5, 3, 0), (24, 0, 0, 0)])
def test_a_label_that_is_never_answered_counts_nothing_as_does_their_tiny_share(counts):
    shares = [max(count / sum(counts), 1e-5) for count in counts]
    theirs = -sum(share * math.log(share) for share in shares)
    assert entropy(counts) == pytest.approx(theirs, abs=5e-4)
