"""Prompts as tokenizers and their chat templates write them."""

import pytest
from transformers import AutoTokenizer

from promptlab.engine.tokens.rendering import Rendered, encode, render, written

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TRIMMING = CHATML.replace("message['content']", "message['content'] | trim")
FORGETFUL = CHATML.replace(
    "{% for message in messages %}",
    "{% for message in messages if message['role'] != 'system' %}",
)
STRICT = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles must alternate') }}{% endif %}"
    "<start_of_turn>{{ message['role'] }}\n{{ message['content'] | trim }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>assistant\n{% endif %}"
)


def test_a_text_opens_with_bos_once(make_tokenizer, text):
    tokenizer = make_tokenizer(bos=True)
    (ids,) = encode(tokenizer, [render(tokenizer, text("three apples"))])
    assert ids == tokenizer("three apples").input_ids
    assert ids.count(tokenizer.bos_token_id) == 1


def test_a_bos_that_a_text_begins_with_is_text(make_tokenizer, text):
    tokenizer = make_tokenizer(bos=True)
    (ids,) = encode(tokenizer, [render(tokenizer, text("<s>three apples"))])
    assert ids.count(tokenizer.bos_token_id) == 1
    assert tokenizer.decode(ids) == "<s><s>three apples"


def test_half_a_surrogate_pair_is_read_as_the_sign_for_what_cannot_be_read(
    make_tokenizer, text, turns
):
    tokenizer = make_tokenizer(bos=True, template=CHATML)
    for asked in (text, lambda content: turns(("user", content))):
        halves, signs, whole = (
            render(tokenizer, asked(content))
            for content in ("good \ud83d", "good \ufffd", "good \ud83d\ude00")
        )
        assert encode(tokenizer, [halves]) == encode(tokenizer, [signs])
        assert whole == render(tokenizer, asked("good 😀"))


def test_a_tokenizer_that_adds_nothing_adds_nothing(make_tokenizer, text):
    tokenizer = make_tokenizer(bos=False)
    (ids,) = encode(tokenizer, [render(tokenizer, text("three apples"))])
    assert tokenizer.bos_token_id not in ids


def test_an_eos_that_the_tokenizer_puts_after_texts_is_left_out(make_tokenizer, text):
    from tokenizers import processors

    tokenizer = make_tokenizer()
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    (ids,) = encode(tokenizer, [render(tokenizer, text("three apples"))])
    assert ids[0] == 0
    assert 1 not in ids


def test_turns_whose_template_writes_bos_open_with_it_once(make_tokenizer, turns):
    tokenizer = make_tokenizer(bos=True, template=STRICT)
    (ids,) = encode(tokenizer, [render(tokenizer, turns(("user", "hello")))])
    assert ids[0] == tokenizer.bos_token_id
    assert ids.count(tokenizer.bos_token_id) == 1


def test_turns_whose_template_writes_no_bos_get_none(make_tokenizer, turns):
    tokenizer = make_tokenizer(bos=True, template=CHATML)
    (ids,) = encode(tokenizer, [render(tokenizer, turns(("user", "hello")))])
    assert tokenizer.bos_token_id not in ids


def test_turns_become_special_tokens_and_the_reply_is_opened(make_tokenizer, turns):
    tokenizer = make_tokenizer(template=CHATML)
    rendered = render(tokenizer, turns(("system", "be brief"), ("user", "hello")))
    assert rendered.text == (
        "<|im_start|>system\nbe brief<|im_end|>\n"
        "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"
    )
    (ids,) = encode(tokenizer, [rendered])
    assert ids.count(tokenizer.convert_tokens_to_ids("<|im_start|>")) == 3


@pytest.mark.parametrize("template", [CHATML, TRIMMING])
@pytest.mark.parametrize("beginning", ["The answer is", "The answer is ", "答案是\n"])
def test_a_last_assistant_turn_is_the_beginning_of_the_reply(
    make_tokenizer, turns, template, beginning
):
    tokenizer = make_tokenizer(template=template)
    rendered = render(tokenizer, turns(("user", "hello"), ("assistant", beginning)))
    assert rendered.text.endswith("<|im_start|>assistant\n" + beginning)


def test_an_empty_last_assistant_turn_only_opens_the_reply(make_tokenizer, turns):
    tokenizer = make_tokenizer(template=CHATML)
    assert render(tokenizer, turns(("user", "hello"), ("assistant", ""))) == render(
        tokenizer, turns(("user", "hello"))
    )


@pytest.mark.parametrize("template", [STRICT, FORGETFUL])
def test_a_system_turn_the_template_will_not_have_joins_the_first_user_turn(
    make_tokenizer, turns, template
):
    tokenizer = make_tokenizer(template=template)
    refused = turns(("system", "be brief"), ("user", "one"), ("assistant", "1"), ("user", "two"))
    merged = turns(("user", "be brief\n\none"), ("assistant", "1"), ("user", "two"))
    assert render(tokenizer, refused) == render(tokenizer, merged)
    assert "be brief\n\none" in render(tokenizer, refused).text


def test_turns_the_template_refuses_are_refused_in_its_own_words(make_tokenizer, turns):
    tokenizer = make_tokenizer(template=STRICT)
    with pytest.raises(ValueError, match="Roles must alternate"):
        render(tokenizer, turns(("user", "one"), ("user", "two")))
    with pytest.raises(ValueError, match="Roles must alternate"):
        render(tokenizer, turns(("system", "x"), ("user", "one"), ("user", "two")))


def test_turns_asked_of_a_base_model_are_refused_with_the_way_out(make_tokenizer, turns):
    with pytest.raises(ValueError, match="layout=text"):
        render(make_tokenizer(), turns(("user", "hello")))


def test_text_among_turns_and_nothing_at_all_are_refused(make_tokenizer, turns):
    tokenizer = make_tokenizer(template=CHATML)
    with pytest.raises(ValueError, match="one message of role text"):
        render(tokenizer, turns(("text", "a"), ("user", "b")))
    with pytest.raises(ValueError, match="one message of role text"):
        render(tokenizer, turns())


def test_an_empty_text_still_has_a_token_to_go_on_from(make_tokenizer, text):
    tokenizer = make_tokenizer()
    assert encode(tokenizer, [render(tokenizer, text(""))]) == [[tokenizer.bos_token_id]]


def test_what_is_shown_is_what_is_read(make_tokenizer, text):
    tokenizer = make_tokenizer(bos=True)
    rendered = render(tokenizer, text("好吃 three"))
    (ids,) = encode(tokenizer, [rendered])
    assert written(tokenizer, rendered) == "<s>好吃 three" == tokenizer.decode(ids)


def test_many_prompts_are_encoded_as_each_alone(make_tokenizer):
    tokenizer = make_tokenizer(bos=True)
    prompts = [Rendered("a"), Rendered("three apples", (0,)), Rendered("评论：好吃")]
    assert encode(tokenizer, prompts) == [encode(tokenizer, [one])[0] for one in prompts]
    assert encode(tokenizer, []) == []


def test_a_saved_tokenizer_renders_the_same(make_tokenizer, turns, tmp_path):
    tokenizer = make_tokenizer(bos=True, template=STRICT)
    tokenizer.save_pretrained(tmp_path)
    prompt = turns(("user", "评论：好吃"))
    again = AutoTokenizer.from_pretrained(tmp_path)
    assert encode(again, [render(again, prompt)]) == encode(tokenizer, [render(tokenizer, prompt)])
