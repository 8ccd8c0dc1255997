"""Outputs that other programs recorded replay, or it is said which fields are wanted."""

import json

import pytest

from promptlab.model.replay import Replay
from promptlab.types import Generate, Message, Prompt, Sampling

APPLES, PEARS = "How many apples are there?", "一共有几个梨？"


def asked(question, draw=0):
    prompt = Prompt((Message("text", f"Q: {question}\nA:"),))
    return Generate(prompt, Sampling(temperature=1.0, draw=draw))


def texts(model, *requests):
    return [reply.text for reply in model.answer(requests)]


def sample(number, doc, *outputs, **more):
    """A line as lm-evaluation-harness writes it."""
    arguments = {"gen_args_0": {"arg_0": f"Question: {doc.get('goal', '')}\nAnswer:", "arg_1": {}}}
    said = {"doc_id": number, "doc": doc, "target": "3", "arguments": arguments}
    return {**said, "resps": [list(outputs)], "filtered_resps": ["3"], **more}


def test_the_samples_of_lm_evaluation_harness_replay(replay):
    model = replay(
        sample(0, {"question": APPLES, "answer": "3"}, "There are 3."),
        sample(1, {"problem": PEARS, "level": "1"}, "四个", "五个"),
    )
    assert texts(model, asked(APPLES), asked(PEARS), asked(PEARS, 1)) == [
        "There are 3.",
        "四个",
        "五个",
    ]


def test_a_question_under_another_name_is_the_longest_text_that_was_asked(replay):
    doc = {"id": "a longer text that was not asked about", "goal": APPLES, "tag": "How"}
    assert texts(replay(sample(0, doc, "3")), asked(APPLES)) == ["3"]


def test_a_line_for_each_filter_is_one_output(replay):
    lines = [sample(0, {"question": APPLES}, "3", filter=name) for name in ("strict", "flexible")]
    model = replay(*lines, sample(1, {"question": PEARS}, "4", filter="strict"))
    assert texts(model, asked(APPLES), asked(PEARS)) == ["3", "4"]
    with pytest.raises(ValueError, match="has 1 draws"):
        model.answer([asked(APPLES, 1)])


def test_scored_samples_and_questions_that_are_nowhere_are_refused_with_what_is_wanted(replay):
    scored = {**sample(0, {"question": APPLES}), "resps": [[[-1.5, False]], [[-0.5, True]]]}
    with pytest.raises(ValueError, match=r"recorded\.jsonl, line 1.*no texts.*generate_until"):
        replay(scored).answer([asked(APPLES)])
    with pytest.raises(ValueError, match=r"the fields 题, n; expected the question in.*problem"):
        replay(sample(0, {"题": APPLES, "n": 3}, "3")).answer([asked(APPLES)])


def chat(question, reply=None, **more):
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
    if reply is not None:
        turns.append({"role": "assistant", "content": reply})
    return {"messages": turns, **more}


def chosen(*replies, **more):
    choices = [
        {"index": number, "message": {"role": "assistant", "content": reply}, **more}
        for number, reply in enumerate(replies)
    ]
    return {"object": "chat.completion", "model": "large", "choices": choices}


PARTS = [{"type": "text", "text": "How many apples "}, {"type": "text", "text": "are there?"}]
LOGS = {
    "a chat to train on": chat(APPLES, "3"),
    "a question in parts": chat(PARTS, [{"type": "text", "text": "3"}]),
    "a request and its response": {"request": chat(APPLES), "response": chosen("3")},
    "a request's body": {"request": {"body": chat(APPLES)}, "response": {"body": chosen("3")}},
    "a request with its choices": {**chat(APPLES), **chosen("3")},
    "a text and its completion": {"prompt": f"Q: {APPLES}\nA:", "completion": "3"},
    "a text and its choices": {"prompt": APPLES, "choices": [{"text": "3"}]},
    "a text and its response": {"prompt": APPLES, "response": "3"},
    "a question and its response": {"question": APPLES, "response": "3"},
    "an input and its output": {"input": APPLES, "output": "3"},
    "turns and a response of the newer kind": {
        "input": [{"role": "user", "content": APPLES}],
        "output": [
            {"type": "reasoning", "summary": []},
            {"role": "assistant", "content": [{"type": "output_text", "text": "3"}]},
        ],
    },
}


@pytest.mark.parametrize("line", LOGS.values(), ids=LOGS)
def test_a_conversation_as_openai_s_programs_write_it_replays(replay, line):
    assert texts(replay(line), asked(APPLES)) == ["3"]


def test_every_choice_is_a_draw_and_says_how_it_ended(replay):
    model = replay({**chat(APPLES), **chosen("3", "4", None, finish_reason="length")})
    replies = model.answer([asked(APPLES, draw) for draw in range(3)])
    assert [reply.text for reply in replies] == ["3", "4", ""]
    assert {reply.finish_reason for reply in replies} == {"length"}


def test_the_replies_of_one_model_are_replayed_alone(replay):
    lines = [
        {**chat(APPLES), **chosen("3"), "model": "small"},
        {**chat(APPLES), **chosen("4"), "model": "large"},
    ]
    assert texts(replay(*lines, system="large"), asked(APPLES)) == ["4"]


def test_a_batch_s_input_and_output_in_one_file_are_joined_by_their_ids(replay):
    answered = {"status_code": 200, "request_id": "r", "body": chosen("3")}
    lines = [
        {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": chat(APPLES)},
        {"custom_id": "b", "method": "POST", "url": "/v1/chat/completions", "body": chat(PEARS)},
        {"id": "1", "custom_id": "b", "response": None, "error": {"code": "expired"}},
        {"id": "2", "custom_id": "a", "response": answered, "error": None},
    ]
    assert texts(replay(*lines), asked(APPLES)) == ["3"]
    with pytest.raises(ValueError, match=r"line 1.*custom_id 'a'.*cat input\.jsonl output\.jsonl"):
        replay(lines[3]).answer([asked(APPLES)])


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (chat(APPLES), r"fields messages: no reply.*choices"),
        ({"choices": [{"text": "3"}]}, "a reply to nothing.*messages, prompt, input"),
        ({**chat(APPLES), "choices": ["3"]}, "the choice 3.*`message` or `text`"),
        ({"frage": APPLES, "antwort": "3"}, "fields frage, antwort: .*`question`.*`resps`"),
    ],
)
def test_a_line_of_another_shape_is_told_with_its_fields_and_those_wanted(replay, line, wanted):
    with pytest.raises(ValueError, match=r"recorded\.jsonl, line 2.*" + wanted):
        replay(chat(PEARS, "4"), line).answer([asked(APPLES)])


@pytest.mark.parametrize("line", [b'{"question": "\xff", "output": "3"}', b"[" * 100_000])
def test_a_line_that_cannot_be_read_is_named(tmp_path, line):
    path = tmp_path / "log.jsonl"
    path.write_bytes(json.dumps(chat(PEARS, "4")).encode() + b"\n" + line + b"\n")
    with pytest.raises(ValueError, match=r"log\.jsonl, line 2: not JSON"):
        Replay(str(path)).answer([asked(PEARS)])
