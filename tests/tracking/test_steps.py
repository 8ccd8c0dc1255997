"""A trial as steps, as a trace, and which trials are shown so."""

import json

import pytest

from promptlab.tracking.mlflow.traces.sample import choose_trials, parse_count
from promptlab.tracking.mlflow.traces.spans import UNKNOWN_TEXT, root, steps
from promptlab.tracking.mlflow.traces.trace import LONGEST, json_safe, previews, traces
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Score,
    Scores,
    Trial,
)

CHAT = Prompt((Message("system", "Be brief."), Message("user", "1 + 1 = ？")))
TEXT = Prompt((Message("text", "Q: 1 + 1\nA:"),))
DEMO = Example(Question("d1", "2 + 2?"), "4", "Two and two.")


def trial(*exchanges: Exchange, number: int = 1, answer: Answer | None = None, **scores) -> Trial:
    question = Question(f"q{number}", f"{number} + 1?")
    answer = answer or Answer("2")
    return Trial(Example(question, "2"), (DEMO,), exchanges, answer, scores)


def test_a_vote_is_its_demonstrations_its_draws_its_votes_and_its_scores():
    draws = [
        Exchange(Generate(CHAT, Sampling(0.7, draw=n)), Completion("2", "stop", 9, 1))
        for n in (0, 1)
    ]
    told = trial(*draws, answer=Answer("2", votes=(("2", 2.0),)), accuracy=1.0)
    found = {step.name: step for step in steps(told)}
    assert list(found) == [
        "demonstrations",
        "generate 1 of 2, draw 0",
        "generate 2 of 2, draw 1",
        "votes",
        "scores",
    ]
    drawn = found["generate 2 of 2, draw 1"]
    assert (drawn.kind, drawn.tokens, drawn.settings["draw"]) == ("CHAT_MODEL", (9, 1), 1)
    assert drawn.inputs["messages"][0] == {"role": "system", "content": "Be brief."}
    assert drawn.outputs["choices"][0]["message"] == {"role": "assistant", "content": "2"}
    assert found["votes"].inputs == {"votes": [{"answer": "2", "weight": 2.0}]}
    assert found["scores"].inputs["target"] == "2"
    assert found["scores"].outputs == {"accuracy": 1.0}


def test_demonstrations_are_documents_with_their_ids():
    (step, *_) = steps(trial())
    (document,) = step.outputs
    assert document["id"] == "d1"
    assert document["page_content"] == "2 + 2?\nTwo and two.\n→ 4"


def test_a_demonstration_known_by_its_id_alone_says_where_its_text_is():
    unknown = Trial(
        Example(Question("q", "?"), ""), (Example(Question("d9", ""), ""),), (), Answer(""), {}
    )
    (step,) = steps(unknown)
    assert step.outputs[0]["page_content"] == UNKNOWN_TEXT


def test_two_stages_are_told_apart_by_number_and_not_by_draw():
    stages = [Exchange(Generate(prompt), Completion("x")) for prompt in (TEXT, CHAT)]
    names = [step.name for step in steps(trial(*stages))]
    assert names[1:] == ["generate 1 of 2", "generate 2 of 2"]


def test_continuations_are_ranked_and_what_json_lacks_is_text():
    reply = Scores((-3.0, -0.5, float("-inf")), (1, 1, 2), 4)
    told = trial(Exchange(Score(TEXT, (" no", " yes", " maybe")), reply))
    step = next(step for step in steps(told) if step.name == "score")
    assert [each["continuation"] for each in step.outputs] == [" yes", " no", " maybe"]
    assert step.outputs[2]["logprob"] == "-inf"
    assert (step.kind, step.inputs["prompt"]) == ("LLM", "Q: 1 + 1\nA:")
    json.dumps(step.outputs, allow_nan=False)


def test_the_root_goes_from_question_to_answer():
    told = trial(answer=Answer("", outcome="unparsed"))
    assert root(told, "cot").inputs == {"question": "1 + 1?"}
    assert root(told, "cot").outputs == {"answer": "", "outcome": "unparsed"}


def made(trials, places=None):
    places = range(len(trials)) if places is None else places
    return list(traces(trials, places, run_id="r", name="cot", at=1000))


def test_a_trace_has_the_scores_the_outcome_and_the_target():
    trials = [trial(number=n, accuracy=float(n % 2), f1=0.5 * n) for n in (0, 1)]
    first, second = made(trials)
    assert first.scores == {"accuracy": False, "f1": 0.0, "outcome": "parsed"}
    assert second.scores == {"accuracy": True, "f1": 0.5, "outcome": "parsed"}
    assert (second.target, second.question, second.answer) == ("2", "1 + 1?", "2")


def test_a_trace_has_the_same_id_whenever_it_is_written_and_the_first_is_listed_first():
    trials = [trial(number=n) for n in range(3)]
    assert made(trials)[2].id == made(trials, [2])[0].id
    assert len({each.id for each in made(trials)}) == 3
    assert [each.at for each in made(trials)] == [1000, 999, 998]


def test_what_was_not_read_shows_its_outcome_for_an_answer():
    (shown,) = made([trial(answer=Answer("", outcome="refused"))])
    assert shown.answer == "(refused)"
    assert shown.why == "refused; expected '2'"


@pytest.mark.parametrize(
    "text", ["0", "false", "null", "1.50", '"x"', "[]", "12345678901234567890"]
)
def test_a_gold_answer_that_mlflow_would_read_as_something_else_is_quoted(text):
    assert json.loads(json_safe(text)) == text


@pytest.mark.parametrize("text", ["42", "-7", "yes", "B", "（乙）", ""])
def test_any_other_gold_answer_stays_as_it_is(text):
    assert json_safe(text) == text


def test_questions_that_differ_after_a_thousand_characters_are_told_apart():
    long = [
        Trial(Example(Question(n, "字" * 2000 + n), "A"), (), (), Answer("A"), {}) for n in "ab"
    ]
    first, second = previews(long)
    assert first != second
    assert max(len(first), len(second)) <= LONGEST


def test_examples_that_ask_the_same_words_are_told_apart_by_id():
    same = [
        Trial(Example(Question(n, "Why?", context=n), "A"), (), (), Answer("A"), {}) for n in "ab"
    ]
    assert previews(same) == ["Why? [a]", "Why? [b]"]


def test_half_a_surrogate_pair_does_no_harm():
    (shown,) = made([Trial(Example(Question("q", "\ud83d?"), "\ude00"), (), (), Answer("A"), {})])
    for text in (shown.question, shown.target, shown.why):
        text.encode()


def run_of(right: int, wrong: int, unscored: int = 0) -> list[Trial]:
    scored = [trial(number=n, accuracy=float(n < right)) for n in range(right + wrong)]
    return scored + [trial(number=1000 + n) for n in range(unscored)]


def test_failures_and_successes_are_shown_in_proportion():
    chosen = choose_trials(run_of(800, 200), 100)
    assert len(chosen) == len(set(chosen)) == 100
    assert sum(place < 800 for place in chosen) == 80
    assert chosen == sorted(chosen)


def test_the_only_failure_is_shown():
    assert 999 in choose_trials(run_of(999, 1), 10)
    assert len(choose_trials(run_of(999, 1, 500), 2)) == 2


@pytest.mark.parametrize("count", [1, 2, 3, 7, 50])
def test_as_many_are_shown_as_were_wanted(count):
    assert len(choose_trials(run_of(30, 13, 9), count)) == count


def test_all_none_and_more_than_there_are():
    trials = run_of(3, 2)
    assert choose_trials(trials, "all") == choose_trials(trials, 99) == [0, 1, 2, 3, 4]
    assert choose_trials(trials, 0) == []
    assert choose_trials([], 100) == []


def test_variants_show_the_same_questions_wherever_they_can():
    one, other = (
        set(choose_trials(run_of(500, 500), 100)),
        set(choose_trials(run_of(600, 400), 100)),
    )
    assert len(one & other) > 80


@pytest.mark.parametrize(("told", "read"), [(0, 0), ("7", 7), (100, 100), ("all", "all")])
def test_how_many_is_a_number_or_all(told, read):
    assert parse_count(told) == read


@pytest.mark.parametrize("told", [-1, "some", True, 1.5, None])
def test_anything_else_is_refused(told):
    with pytest.raises(
        ValueError, match=r"traces is .*; expected how many examples to show, or all"
    ):
        parse_count(told)
