"""Scores by the log-probabilities of an echoed prompt."""

import re
from typing import Any

import pytest
from loopback import Answer, Call, serving
from replies import chat, completed, refused

from promptlab.model.server.echo import CannotScore
from promptlab.model.server.openai import OpenAI
from promptlab.types import Message, Prompt, Score, Scores


def spelled(words: str) -> list[str]:
    """A tokenizer for the tests: words with the space before them, Chinese by the character."""
    return re.findall(r" ?[A-Za-z]+|.", words, re.DOTALL)


def echoing(*, opening: str = "", broken: bool = False) -> Answer:
    """vLLM's /completions: a token's log-probability is minus its length, the first has none."""

    def answer(call: Call) -> Any:
        prompt = call.body["prompt"]
        tokens = ([opening] if opening else []) + spelled(prompt)
        logprobs = [None, *(-float(len(token)) for token in tokens[1:]), -0.5]
        # A half character is one of its own to many servers, and offsets drift.
        shown = ["\ufffd" if broken and not token.isascii() else token for token in tokens]
        told = {"tokens": [*shown, "!"], "token_logprobs": logprobs}
        usage = {"prompt_tokens": len(tokens), "completion_tokens": 1}
        choice = {"text": f"{prompt}!", "logprobs": told, "finish_reason": "length"}
        return 200, {}, {"choices": [choice], "usage": usage}

    return answer


def scored(url: str, prompt: str, *continuations: str, first: bool = False, **more: Any) -> Scores:
    request = Score(Prompt((Message("text", prompt),)), continuations, first=first)
    (reply,) = OpenAI("m", url, **more).answer([request])
    return reply


def test_continuations_are_scored_by_the_tokens_after_the_prompt() -> None:
    with serving(echoing()) as heard:
        reply = scored(heard.url, "It is", " good", " very bad", "")
    assert reply == Scores((-5.0, -9.0, 0.0), (1, 2, 0), 2)
    bodies = [call.body for call in heard.calls]
    assert all((body["echo"], body["max_tokens"]) == (True, 1) for body in bodies)


def test_first_tokens_are_those_in_which_continuations_differ() -> None:
    with serving(echoing()) as heard:
        reply = scored(heard.url, "It is", " very good", " very poor indeed", first=True)
        with pytest.raises(ValueError, match="' very good' does not tell it from ' very bad'"):
            scored(heard.url, "It is", " good", " very good", " very bad", first=True)
    assert reply == Scores((-10.0, -10.0), (2, 2), 2)


def test_an_opening_token_that_the_text_does_not_show_is_no_trouble() -> None:
    with serving(echoing(opening="<|begin_of_text|>")) as heard:
        assert scored(heard.url, "It is", " good").logprobs == (-5.0,)


def test_chinese_is_scored_where_the_server_shows_broken_characters() -> None:
    with serving(echoing(broken=True)) as heard:
        reply = scored(heard.url, "评价：很好\n情感：", "正面", "负面的")
    assert (reply.logprobs, reply.lengths) == ((-2.0, -3.0), (2, 3))


def test_spaces_at_the_prompt_s_end_are_scored_with_the_continuation() -> None:
    with serving(echoing()) as heard:
        assert scored(heard.url, "It is ", "good").logprobs == (-5.0,)


def test_a_prompt_is_echoed_once_however_many_requests_need_it() -> None:
    with serving(echoing()) as heard:
        prompt = Prompt((Message("text", "It is"),))
        requests = [Score(prompt, (word,)) for word in (" good", " bad", " good")]
        replies = OpenAI("m", heard.url).answer(requests)
    assert [reply.logprobs for reply in replies] == [(-5.0,), (-4.0,), (-5.0,)]
    assert sorted(call.body["prompt"] for call in heard.calls) == [
        "It is",
        "It is bad",
        "It is good",
    ]


def generated_only(call: Call) -> Any:
    """llama.cpp's own server: `echo` is passed over in silence."""
    told = {"content": [{"token": " a", "logprob": -0.5}]}
    return completed(" a", logprobs=told)


def repeats_nothing(call: Call) -> Any:
    return completed(" a", logprobs={"tokens": [" a"], "token_logprobs": [-0.5]})


def no_numbers(call: Call) -> Any:
    told = {"tokens": ["It", " is", " good", "!"], "token_logprobs": [None, None, None, -0.5]}
    return completed(f"{call.body['prompt']}!", logprobs=told)


@pytest.mark.parametrize(
    "answer",
    [
        generated_only,
        repeats_nothing,
        no_numbers,
        lambda call: completed(" a"),
        lambda call: refused(400, "echo is not supported"),
    ],
)
def test_a_server_that_cannot_score_is_told_apart_with_those_that_can(answer: Answer) -> None:
    with serving(answer) as heard, pytest.raises(CannotScore, match="vLLM, SGLang"):
        scored(heard.url, "It is", " good")


def test_turns_and_empty_prompts_cannot_be_scored_without_the_tokenizer() -> None:
    with serving(echoing()) as heard:
        with pytest.raises(ValueError, match=r"model\.tokenizer"):
            OpenAI("m", heard.url).answer([Score(chat(("user", "x")).prompt, ("a",))])
        with pytest.raises(ValueError, match="empty prompt"):
            scored(heard.url, " ", "a")
