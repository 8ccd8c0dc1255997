"""The nouns refuse what they cannot mean."""

from dataclasses import replace

import pytest

from promptlab.called import Offer, ToolCall
from promptlab.types import Generate, Message, Prompt, Sampling, Task


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("a", "b", "a"), "'a' and 'a'"),
        (("a", "a "), "'a' and 'a '"),
        (("\u00e9", "e\u0301"), "nothing tells apart"),
        (("a", " "), "' ', which is blank"),
        (("a", "\u200b"), "blank"),
    ],
)
def test_labels_that_nothing_tells_apart_are_refused(labels, message) -> None:
    with pytest.raises(ValueError, match=message):
        Task(answer="label", labels=labels)


def test_code_has_several_lines_and_text_where_the_task_says_so() -> None:
    assert Task(answer="code").lines
    assert Task(answer="text", multiline=True).lines
    assert not Task(answer="text").lines
    assert not Task(answer="number", multiline=True).lines


def test_a_prompt_without_tools_has_the_digest_that_it_had_before_there_were_any() -> None:
    prompt = Prompt((Message("system", "Be brief."), Message("user", "x")))
    known = "4e65848cef0d9f2aea73f77185b19a1ed3444d6ceabf1f2718dd7fd028072a54"
    assert prompt.digest == known
    asked = "a0f1722ef84954a4b39dd37d34ec4a3a25d39871be0831110ec984ed93da22b2"
    assert Generate(prompt).digest == asked
    assert Generate(prompt, Sampling(top_k=20)).digest != asked


def test_tools_and_calls_are_part_of_what_is_read() -> None:
    bare = Prompt((Message("user", "x"),))
    call = ToolCall("a", '{"input": "1"}')
    prompts = [
        bare,
        replace(bare, tools=(Offer("a"),)),
        replace(bare, tools=(Offer("a", "does"),)),
        Prompt((*bare.messages, Message("assistant", ""))),
        Prompt((*bare.messages, Message("assistant", "", (call,)))),
        Prompt((*bare.messages, Message("assistant", "", (call, call)))),
    ]
    assert len({prompt.digest for prompt in prompts}) == len(set(prompts)) == len(prompts)
    assert prompts[4].text == '[user]\nx\n\n[assistant]\n→ a {"input": "1"}'
