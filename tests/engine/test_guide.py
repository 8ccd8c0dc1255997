"""Replies that are held to a form, whatever the weights would rather write."""

import json
import re

import pytest

from promptlab.types import Completion, Failed, Form, Generate, Sampling

PROMPT = "Question: how many apples are left? Answer:"
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"fruit": {"enum": ["apples", "三"]}, "left": {"type": "boolean"}},
        "required": ["fruit", "left"],
        "additionalProperties": False,
    }
)
FORMS = {
    "json": Form("json", SCHEMA, lead=" "),
    "choice": Form("choice", options=("positive", "posit", '正面 "{x}"'), lead=" "),
    "regex": Form("regex", r"[0-9]{1,3}/[a-c]+\.", lead=" "),
}


def asked(content, form, **sampling):
    return Generate(content, Sampling(**{"max_tokens": 200, **sampling}), form=form)


def conforms(kind, text):
    if kind == "json":
        value = json.loads(text)
        return list(value) == ["fruit", "left"] and value["fruit"] in ("apples", "三")
    if kind == "choice":
        return text.startswith(" ") and text[1:] in FORMS["choice"].options
    return re.fullmatch(r" [0-9]{1,3}/[a-c]+\.", text) is not None


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("name", ["llama", "gpt2"])
def test_every_reply_is_of_its_form(models_by_name, text, name, kind) -> None:
    model = models_by_name[name]
    draws = [asked(text(PROMPT), FORMS[kind], temperature=1.5, draw=draw) for draw in range(8)]
    whole = [reply for reply in model.answer(draws) if reply.finish_reason == "stop"]
    assert whole
    assert all(conforms(kind, reply.text) for reply in whole)


def test_a_reply_ends_where_its_form_does(llama, text) -> None:
    (reply,) = llama.answer([asked(text(PROMPT), Form("choice", options=("three apples",)))])
    assert (reply.text, reply.finish_reason) == ("three apples", "stop")


def test_a_model_that_keeps_to_a_form_of_itself_writes_what_it_would_have_written(
    models_by_name, text
) -> None:
    prompts = [text(PROMPT[:length]) for length in range(5, 45, 3)]
    kept = 0
    for model in models_by_name.values():
        free = model.answer([Generate(prompt, Sampling(max_tokens=3)) for prompt in prompts])
        forms = [Form("regex", f"(?s){re.escape(reply.text)}.*") for reply in free]
        held = model.answer(
            [asked(*each, max_tokens=3) for each in zip(prompts, forms, strict=True)]
        )
        for one, other in zip(free, held, strict=True):
            if "\ufffd" not in one.text:
                kept += 1
                assert (other.text, other.finish_reason) == (one.text, one.finish_reason)
                assert other.logprob == pytest.approx(one.logprob, abs=1e-3)
    assert kept > 8


def test_where_the_form_may_end_the_reply_ends_with_what_does_not_lead_on(llama, text) -> None:
    (free,) = llama.answer([Generate(text(PROMPT), Sampling(max_tokens=6))])
    beginning = free.text[: len(free.text) // 2]
    form = Form("regex", re.escape(beginning) + "@*")
    (held,) = llama.answer([asked(text(PROMPT), form, max_tokens=30)])
    assert held.text.rstrip("@") == beginning
    assert held.finish_reason == "stop"


def test_a_held_draw_does_not_depend_on_its_neighbours(llama, text) -> None:
    form = FORMS["regex"]
    alone = [
        llama.answer([asked(text(PROMPT), form, temperature=1.0, draw=draw)])[0].text
        for draw in range(3)
    ]
    crowd = [
        asked(text("评论："), FORMS["json"]),
        asked(text(PROMPT), form, temperature=1.0, draw=1),
        Generate(text(PROMPT), Sampling(temperature=1.0, max_tokens=9)),
        asked(text(PROMPT), form, temperature=1.0, draw=0),
        asked(text(PROMPT), form, temperature=1.0, draw=2),
    ]
    replies = llama.answer(crowd)
    assert [replies[3].text, replies[1].text, replies[4].text] == alone
    assert len(set(alone)) > 1


def test_a_free_reply_is_the_same_beside_one_that_is_held(llama, text) -> None:
    free = Generate(text(PROMPT), Sampling(max_tokens=9))
    (alone,) = llama.answer([free])
    beside = llama.answer([asked(text(PROMPT), FORMS["json"]), free])[1]
    assert (beside.text, beside.finish_reason) == (alone.text, alone.finish_reason)
    assert beside.logprob == pytest.approx(alone.logprob, abs=1e-3)


def test_a_nucleus_is_cut_among_the_tokens_that_lead_on(llama, text) -> None:
    draws = [
        asked(text(PROMPT), FORMS["choice"], temperature=1.0, top_p=0.5, draw=draw)
        for draw in range(6)
    ]
    assert all(conforms("choice", reply.text) for reply in llama.answer(draws))


def test_a_reply_that_runs_out_of_tokens_says_so(llama, text) -> None:
    (reply,) = llama.answer([asked(text(PROMPT), FORMS["json"], max_tokens=3)])
    assert (reply.finish_reason, reply.completion_tokens) == ("length", 3)


def test_the_log_probability_is_the_models_own(llama, text) -> None:
    """Of a form with one way to be written it is that of the text as a continuation."""
    from promptlab.types import Score

    (held,) = llama.answer([asked(text(PROMPT), Form("choice", options=(" three apples",)))])
    (scored,) = llama.answer([Score(text(PROMPT), (held.text,))])
    assert isinstance(held, Completion)
    if scored.lengths == (held.completion_tokens,):
        assert held.logprob == pytest.approx(scored.logprobs[0], abs=1e-3)
    assert held.logprob < 0


@pytest.mark.parametrize(
    "form",
    [
        Form("regex", "((a{1,500}){1,500}){1,500}b"),
        Form("json", '{"type":"string","pattern":"(a{1000}){1000}"}'),
        Form("json", '{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}'),
        Form("json", '{"type":"array","minItems":1000000000,"items":{"type":"integer"}}'),
    ],
    ids=["nested repeats", "a long pattern", "recursion", "many items"],
)
def test_a_form_without_bounds_ends_with_the_tokens(llama, text, form) -> None:
    (reply,) = llama.answer([asked(text(PROMPT), form, max_tokens=20)])
    assert isinstance(reply, Failed) or reply.completion_tokens <= 20
