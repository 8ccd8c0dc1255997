"""Conversations: read from records, shown before the question, and never taken for another."""

import json

import pytest

from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.selection.exclusion import content
from promptlab.template import PromptFile, Template
from promptlab.types import Example, Question, Task


def turn(role, content):
    return {"role": role, "content": content}


TALK = [
    turn("system", "Be kind."),
    turn("user", "Hi {{x}}"),
    turn("assistant", "Hello."),
    turn("user", "你好吗？"),
    turn("assistant", "很好。"),
]


def load(folder, *records, **fields):
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / "test.jsonl").write_text(lines, "utf-8")
    return Jsonl(str(folder), fields=Fields(**fields)).load()


def test_the_last_turn_asks_and_the_next_one_answers(tmp_path):
    (example,) = load(tmp_path, {"messages": TALK}).test
    assert (example.question.text, example.answer) == ("你好吗？", "很好。")
    assert example.question.turns == tuple(TALK[:3])


def test_an_answer_of_its_own_is_the_gold_and_an_open_end_is_asked(tmp_path):
    records = [{"messages": TALK, "answer": "x"}, {"messages": TALK[:4], "answer": "y"}]
    first, second = load(tmp_path, *records).test
    assert (first.answer, second.answer) == ("x", "y")
    assert first.question.turns == second.question.turns


def test_sharegpt_s_turns_are_read_and_other_names_can_be_said(tmp_path):
    said = [{"from": "human", "value": "one"}, {"from": "gpt", "value": "two"}]
    (example,) = load(tmp_path, {"conversations": said}).test
    assert (example.question.text, example.answer) == ("one", "two")
    assert example.question.turns == ()
    (named,) = load(tmp_path, {"talk": said}, messages="talk").test
    assert named.answer == "two"


def test_a_record_with_a_question_of_its_own_is_left_as_it_is(tmp_path):
    (example,) = load(tmp_path, {"question": "q", "answer": "a", "messages": TALK}).test
    assert (example.question.text, example.question.turns) == ("q", ())


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        (TALK[:1], "does not end in a user's turn"),
        ([turn("assistant", "x")], "does not end in a user's turn"),
        ([turn("tool", "x")], "messages, turn 1 is .*expected a role"),
        ([{"role": "user"}], "expected a role"),
        ([turn("user", " "), turn("assistant", "x")], "does not end in a user's turn"),
        (["hi"], "expected a role"),
    ],
)
def test_turns_that_ask_nothing_are_told_with_their_line(messages, message, tmp_path):
    with pytest.raises(ValueError, match=rf"(?s)line 1: .*{message}"):
        load(tmp_path, {"messages": messages, "answer": "a"})


def question(*turns, text="And now?"):
    return Question("q", text, metadata={"turns": list(turns)})


def test_a_text_says_what_was_said_before_the_question():
    text = Template("qa").prompt(Task("Answer."), question(*TALK[:3])).text
    assert text == "Answer.\n\nSystem: Be kind.\nUser: Hi {{x}}\nAssistant: Hello.\nQ: And now?\nA:"
    spelt = Template("qa", turn="<{role}>{content}\n", roles={"user": "人"})
    assert "<人>Hi {{x}}\n<assistant>Hello.\n" in spelt.prompt(Task(), question(*TALK[1:3])).text


def test_a_chat_has_the_turns_themselves_and_the_system_says_all_at_once():
    demo = Example(question(turn("user", "a"), turn("assistant", "b"), text="c?"), "d")
    chat = Template("chat", layout="turns", cue="", question="{question}")
    messages = chat.prompt(Task("Answer."), question(*TALK[:3]), [demo]).messages
    assert [(m.role, m.content) for m in messages] == [
        ("system", "Answer.\n\nBe kind."),
        ("user", "a"),
        ("assistant", "b"),
        ("user", "c?"),
        ("assistant", "d"),
        ("user", "Hi {{x}}"),
        ("assistant", "Hello."),
        ("user", "And now?"),
    ]


def test_a_prompt_file_names_them():
    file = PromptFile("{% for t in turns %}{{ t.role }}={{ t.content }};{% endfor %}{{ question }}")
    assert file.prompt(Task(), question(*TALK[1:3])).text == (
        "user=Hi {{x}};assistant=Hello.;And now?"
    )
    assert PromptFile("{{ turns }}{{ question }}").prompt(Task(), question()).text == "And now?"


def test_the_same_words_after_another_conversation_are_another_question():
    assert content(question(*TALK)) != content(question())
    assert content(question(*TALK)) == content(question(*TALK))


@pytest.mark.parametrize("value", [7, "two", ["a"], [{"role": "user"}], {"role": "user"}])
def test_a_field_of_that_name_that_holds_something_else_says_nothing(value):
    odd = Question("q", "And now?", metadata={"turns": value})
    assert Template("qa").prompt(Task(), odd).text == Template("qa").prompt(Task(), question()).text


def test_a_winner_is_told_the_turns_by_name():
    from promptlab.export.winner import described, told

    asked = question(*TALK[:3])
    assert described(told(asked)).turns == asked.turns
