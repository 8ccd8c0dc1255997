"""What is learnt is what a run would ask, and a reply that is read as the gold answer."""

import dataclasses

import pytest

from promptlab.experiment import Experiment
from promptlab.model.scripted import Scripted
from promptlab.ordering.similar_last import SimilarLast
from promptlab.protocols import Preview
from promptlab.selection.first import First
from promptlab.selection.zero import Zero
from promptlab.strategy.choose import Choose
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.template import Template
from promptlab.tuning.lessons import lessons
from promptlab.types import Dataset, Example, Question, Task

LABEL = Task("Sort.", "label", ("good", "bad"))
NUMBER = Task(answer="number")
ZERO, SCRIPTED = Zero(), Scripted()
TURNS = Template("chat", layout="turns")


def example(name, answer, rationale="", choices=()):
    return Example(Question(name, f"What of {name}?", choices), answer, rationale)


POOL = (example("a", "good"), example("b", "bad"), example("c", "good"))


def experiment(strategy, pool=POOL, task=LABEL, selection=ZERO, model=SCRIPTED):
    return Experiment(Dataset("d", task, pool, POOL), selection, SimilarLast(), strategy, model, {})


def taught(*args, **kwargs):
    told = lessons(experiment(*args, **kwargs))
    assert told.left_out == ()
    return [
        (each.asked.prompt.text, each.asked.continuations[each.place], each.ends)
        for each in told.taught
    ]


def test_a_completion_is_learnt_with_what_stops_it():
    assert taught(Direct(LABEL))[:2] == [
        ("Sort.\n\nQ: What of a?\nA:", " good\n", False),
        ("Sort.\n\nQ: What of b?\nA:", " bad\n", False),
    ]


def test_a_turn_ends_with_the_models_own_token():
    told = taught(Direct(LABEL, TURNS))
    assert [(reply, ends) for _, reply, ends in told[:2]] == [("good", True), ("bad", True)]


def test_of_labels_that_are_scored_the_right_one_is_learnt_among_all():
    told = lessons(experiment(Choose(LABEL))).taught
    assert [each.place for each in told] == [0, 1, 0]
    assert {each.asked.continuations for each in told} == {(" good", " bad")}


def test_words_that_stand_for_labels_are_what_is_learnt():
    told = taught(Choose(LABEL, verbaliser=("yes!", ["no!", "never"])))
    assert [reply for _, reply, _ in told] == [" yes!", " no!", " yes!"]


def test_a_choice_is_learnt_as_it_is_asked():
    pool, task = (example("a", "B", choices=("red", "blue")),), Task(answer="choice")
    assert taught(Choose(task, by="text"), pool, task)[0][1] == " blue"
    assert taught(Choose(task), pool, task)[0][1] == " B"
    assert taught(Direct(task), pool, task)[0][1] == " B\n"


def test_rationales_are_learnt_where_demonstrations_show_them():
    pool = (example("a", "4", "Two and two."),)
    assert taught(ChainOfThought(NUMBER), pool, NUMBER) == [
        ("Q: What of a?\nA:", " Two and two. The answer is 4.\nQ:", False)
    ]
    assert taught(Direct(NUMBER), pool, NUMBER)[0][1] == " 4\n"
    vote = SelfConsistency(ChainOfThought(NUMBER), samples=3)
    assert taught(vote, pool, NUMBER) == taught(ChainOfThought(NUMBER), pool, NUMBER)


def test_texts_of_several_lines_are_learnt_whole():
    task, pool = Task(multiline=True), (example("a", "one\ntwo"),)
    assert taught(Direct(task), pool, task)[0][1] == " one\ntwo\nQ:"


def test_demonstrations_are_shown_as_the_selection_has_them_and_never_the_question_itself():
    first, second, _ = taught(Direct(LABEL), selection=First(1))
    assert first[0] == "Sort.\n\nQ: What of b?\nA: bad\n\nQ: What of a?\nA:"
    assert second[0] == "Sort.\n\nQ: What of a?\nA: good\n\nQ: What of b?\nA:"


@pytest.mark.parametrize(
    ("strategy", "why"),
    [
        (ZeroShotCoT(LABEL), "asks again after the first reply"),
        (Choose(LABEL, mode="pmi"), "after several prompts|asks again"),
        (Choose(LABEL, mode="perplexity"), "whole prompts"),
        (Choose(LABEL, mode="channel"), "after several prompts"),
    ],
)
def test_a_strategy_that_asks_otherwise_is_refused_with_one_that_can_be_learnt(strategy, why):
    with pytest.raises(ValueError, match=f"any of the 3 examples.*({why}).*direct, choose"):
        lessons(experiment(strategy))


def test_an_answer_that_is_not_known_or_no_reply_comes_to_is_left_out_and_said():
    odd = (*POOL, example("d", ""), example("e", "neither"))
    told = lessons(experiment(Choose(LABEL), odd))
    assert len(told.taught) == 3
    assert [each.partition(":")[0] for each in told.left_out] == ["d", "e"]
    assert "no known answer" in told.left_out[0]
    assert "'neither'" in told.left_out[1]


@pytest.mark.parametrize(("pool", "why"), [((), "no examples"), ((example("a", ""),), "none of")])
def test_a_pool_that_teaches_nothing_is_refused(pool, why):
    with pytest.raises(ValueError, match=f"nothing to learn from the pool: .*{why}.*train.jsonl"):
        lessons(experiment(Direct(LABEL), pool))


@dataclasses.dataclass(frozen=True)
class Narrow:
    """A model whose window holds few words."""

    window: int
    identity = {"name": "narrow"}

    def preview(self, prompt):
        return Preview(prompt.text, len(prompt.text.split()), self.window)


def test_a_prompt_that_is_too_long_gives_up_demonstrations_as_in_a_run():
    told = taught(Choose(LABEL), selection=First(2), model=Narrow(17))
    assert told[0][0] == "Sort.\n\nQ: What of b?\nA: bad\n\nQ: What of a?\nA:"
    with pytest.raises(ValueError, match="any of the 3 examples.*window holds 4"):
        lessons(experiment(Choose(LABEL), model=Narrow(4)))
