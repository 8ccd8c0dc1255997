"""Recorded completions answer in place of a model, found by prompt or by the question asked."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from promptlab.called import Offer, ToolCall
from promptlab.metric.accuracy import Accuracy
from promptlab.model.replay import Replay
from promptlab.program import parallel, recorded, redraw, solve
from promptlab.records.files import Records
from promptlab.records.trial_json import trial_line
from promptlab.strategy.direct import Direct
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.template import Template
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
    Task,
    Trial,
)

OUTPUTS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "outputs"
NUMBER = Task(answer="number")
QA = Template("qa_v1")
APPLES = "How many apples are there?"
MORE = "Ann has 2.  How many apples\nare there?"


def prompt(text):
    return Prompt((Message("text", text),))


def asked(text, draw=0):
    return Generate(prompt(text), Sampling(temperature=1.0, draw=draw))


def texts(model, *requests):
    return [reply.text for reply in model.answer(requests)]


def test_an_output_answers_the_question_it_was_recorded_for(replay):
    model = replay({"question": APPLES, "output": "3"}, {"question": "一共几个？", "output": "四"})
    assert texts(model, asked(f"Q: {APPLES}\nA:"), asked("问：一共几个？\n答：")) == ["3", "四"]


def test_spaces_and_line_ends_in_the_question_do_not_matter(replay):
    model = replay({"question": MORE, "output": "2"})
    assert texts(model, asked("Q: Ann has 2. How many apples are there? A:")) == ["2"]


def test_the_question_asked_is_the_last_one_and_of_nested_ones_the_longest(replay):
    model = replay({"question": APPLES, "output": "3"}, {"question": MORE, "output": "2"})
    demonstrated = f"Q: {MORE}\nA: 2\n\nQ: {APPLES}\nA:"
    nested = f"Q: {APPLES}\nA: 3\n\nQ: {MORE}\nA:"
    assert texts(model, asked(demonstrated), asked(nested)) == ["3", "2"]


def test_draws_are_taken_in_their_order(replay):
    model = replay({"question": APPLES, "outputs": ["3", "4"]}, {"question": APPLES, "output": "5"})
    requests = [asked(f"Q: {APPLES}", draw) for draw in (2, 0, 1)]
    assert texts(model, *requests) == ["5", "3", "4"]


def test_more_draws_than_recorded_are_refused_with_their_number(replay):
    model = replay({"question": APPLES, "outputs": ["3", "4"]})
    with pytest.raises(ValueError, match=r"recorded\.jsonl has 2 draws .*draw 3 was asked"):
        model.answer([asked(APPLES, draw=2)])


def test_the_second_of_two_prompts_gets_the_second_reply(replay):
    model = replay(
        {
            "question": APPLES,
            "output": "How many apples are there?\n\n2 and 2 make 4. ",
            "answer_completion": " 4.",
        }
    )
    answer = solve(ZeroShotCoT(NUMBER, QA).solve(Question("q", APPLES), ()), model)
    assert (answer.text, answer.rationale[-15:]) == ("4", "2 and 2 make 4.")


def test_the_outputs_of_one_system_are_replayed_alone(replay):
    outputs = [{"model": "small", "output": "3"}, {"model": "large", "output": "4"}]
    line = {"question": APPLES, "outputs": outputs}
    assert texts(replay(line, system="large"), asked(APPLES)) == ["4"]
    with pytest.raises(ValueError, match="no recorded completions by 'huge'"):
        replay(line, system="huge").answer([asked(APPLES)])


def test_choices_inside_a_recorded_question_may_be_apart_in_the_prompt(replay):
    question = "Where do you put a book? Answer Choices: (A) shelf (B) church"
    model = replay({"question": question, "output": "A"})
    assert texts(model, asked("Q: Where do you put a book?\n- shelf\n- church\nA:")) == ["A"]


def test_a_question_that_was_not_recorded_is_named_with_the_file(replay):
    model = replay({"question": APPLES, "output": "3"})
    with pytest.raises(ValueError, match=r"recorded\.jsonl records no answer .*How many pears"):
        model.answer([asked("Q: How many pears?")])


def test_log_probabilities_that_were_not_recorded_are_refused(replay):
    model = replay({"question": APPLES, "output": "3"})
    with pytest.raises(ValueError, match="no log-probabilities"):
        model.answer([Score(prompt(APPLES), ("3", "4"))])


@pytest.mark.parametrize(
    "line", ['{"question": "Q"}', '{"output": "3"}', "[1]", "{", '{"question": " ", "output": "3"}']
)
def test_a_broken_line_is_named_by_file_and_number(tmp_path, line):
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"question": "{APPLES}", "output": "3"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.jsonl, line 2"):
        Replay(str(path)).answer([asked(APPLES)])


def test_nothing_is_read_before_the_first_question(tmp_path):
    model = Replay(str(tmp_path / "missing.jsonl"))
    assert model.preview(prompt("Q")).text == "Q"
    with pytest.raises(FileNotFoundError, match=r"missing\.jsonl.*trials\.jsonl"):
        model.answer([asked("Q")])
    with pytest.raises(ValueError, match="path is empty"):
        Replay("")


def test_its_identity_is_the_content_of_the_file(replay):
    first = dict(replay({"question": APPLES, "output": "3"}).identity)
    second = dict(replay({"question": APPLES, "output": "4"}).identity)
    assert first["name"] == second["name"] == "replay of recorded.jsonl"
    assert first["sha256"] != second["sha256"]


def written(tmp_path, answer, exchanges):
    example = Example(Question("q", APPLES), "4")
    Records(tmp_path).append([Trial(example, (), exchanges, answer, {"accuracy": 1.0})])
    return Replay(str(tmp_path))


def test_a_runs_trials_replay_it_exactly(tmp_path, replay):
    model = replay({"question": APPLES, "outputs": ["1 and 3: The answer is 4.", "5", "4"]})
    vote = SelfConsistency(ChainOfThought(NUMBER, QA), samples=3)
    exchanges = []
    answer = solve(recorded(vote.solve(Question("q", APPLES), ()), exchanges), model)
    again = written(tmp_path / "run", answer, tuple(exchanges))
    assert solve(vote.solve(Question("q", APPLES), ()), again) == answer
    assert answer.text == "4"


def test_trials_answer_other_prompts_by_their_question(tmp_path):
    exchanges = (
        Exchange(asked(f"Q: {APPLES}\nA:"), Completion("2 and 2.", "stop", 7, 3)),
        Exchange(asked(f"Q: {APPLES}\nA: 2 and 2. So"), Completion("4")),
    )
    model = written(tmp_path, Answer("4"), exchanges)
    assert model.answer([asked(f"Q: {APPLES}\nA:")]) == [Completion("2 and 2.", "stop", 7, 3)]
    other = [asked(f"Frage: {APPLES}"), asked(f"Frage: {APPLES} 2 and 2. Also")]
    assert texts(model, *other) == ["2 and 2.", "4"]


def test_recorded_log_probabilities_replay_for_the_same_continuations(tmp_path):
    scores = Scores((-1.0, float("-inf")), (1, 2), 7)
    request = Score(prompt(APPLES), ("3", "4"))
    model = written(
        tmp_path, Answer("3"), (Exchange(request, scores), Exchange(asked("x"), Completion("y")))
    )
    assert model.answer([request]) == [scores]
    for other in (Score(prompt(APPLES), ("5",)), Score(prompt(APPLES), ("3", "4"), first=True)):
        with pytest.raises(ValueError, match="no log-probabilities"):
            model.answer([other])


def replayed(name, strategy, task, **fields):
    path = OUTPUTS / name
    if not path.exists():
        pytest.skip(f"needs {path}")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    examples = [Example(Question(row["id"], row["question"]), row["answer"]) for row in rows]
    asking = parallel(strategy.solve(example.question, ()) for example in examples)
    answers = solve(asking, Replay(str(path), **fields))
    pairs = zip(answers, examples, strict=True)
    return 100 * sum(Accuracy(task)(*pair) for pair in pairs) / len(examples)


def test_a_recorded_two_stage_run_scores_as_published():
    """Kojima et al., 2022: AQuA."""
    task = Task(answer="choice")
    score = replayed("zero_shot_cot_logs/aqua_zero_shot_cot.jsonl", ZeroShotCoT(task, QA), task)
    assert score == pytest.approx(33.46, abs=0.5)


def test_four_recorded_systems_score_as_published():
    """Cobbe et al., 2021."""
    systems = {"6b_finetuning": 21.68, "6b_verification": 39.04}
    systems |= {"175b_finetuning": 34.72, "175b_verification": 56.25}
    for system, published in systems.items():
        strategy = ChainOfThought(NUMBER, QA)
        score = replayed("gsm8k_openai_solutions/all.jsonl", strategy, NUMBER, system=system)
        assert score == pytest.approx(published, abs=0.005)


def test_forty_recorded_draws_vote():
    """Li et al., 2024: five draws of last letters, 81.0 by a naive pattern."""
    task = Task(answer="text")
    vote = SelfConsistency(ChainOfThought(task, QA), samples=5)
    score = replayed("esc_self_consistency/last_letters_gpt35_40.jsonl", vote, task)
    assert score == pytest.approx(81.0, abs=0.5)


def test_a_draw_of_a_direct_answer_is_found(replay):
    model = replay({"question": APPLES, "outputs": ["3", "4"]})
    program = Direct(NUMBER, QA).solve(Question("q", APPLES), ())
    assert solve(redraw(program, temperature=1.0, draw=1), model).text == "4"


def test_calls_of_a_trial_replay_exactly(tmp_path, replay):
    call = ToolCall("calculator", '{"input": "1"}')
    prompt = Prompt((Message("user", "How many?"),), tools=(Offer("calculator"),))
    called = (*prompt.messages, Message("assistant", "", (call,)), Message("tool", "1", (call,)))
    said = [
        Exchange(Generate(prompt), Completion("", calls=(call,))),
        Exchange(Generate(replace(prompt, messages=called)), Completion("1")),
    ]
    asked = Example(Question("q", "How many?"), "1")
    model = replay(trial_line(Trial(asked, (), tuple(said), Answer("1"), {})))
    replies = model.answer([each.request for each in said])
    assert [(reply.text, reply.calls) for reply in replies] == [("", (call,)), ("1", ())]
