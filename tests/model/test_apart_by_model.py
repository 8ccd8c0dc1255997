"""A model component that reads demonstrations each on its own: from prompts to replies."""

from dataclasses import replace
from itertools import pairwise

import pytest

from promptlab.engine.demonstrations import kept
from promptlab.engine.tokens import cuts
from promptlab.engine.tokens.rendering import ids_of
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.cache.key import named
from promptlab.model.demonstrations import JOINT, Blended, Independent
from promptlab.model.huggingface import HuggingFace
from promptlab.template import Template
from promptlab.types import Example, Generate, Prompt, Question, Sampling, Score, Task

TASK = Task("How is it?", "label", ("good", "bad"))
POOL = [
    Example(Question("0", "a film"), "good"),
    Example(Question("1", "这家餐厅的菜"), "bad"),
    Example(Question("2", "three apples are left"), "good"),
    Example(Question("3", "x"), "bad"),
]
INDEPENDENT = Independent()
ASKED = Question("asked", "a wonderful film")
LAYOUTS = ("text", "one_turn", "turns")


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.kept_by.cache_clear()


def _prompt(layout="text", demos=POOL, question=ASKED):
    return Template("t", layout=layout).prompt(TASK, question, demos)


def _apart(folders, name="llama", how=INDEPENDENT, **more):
    return HuggingFace(
        str(folders[name]), device="cpu", dtype="float32", demonstrations=how, **more
    )


def _scores(model, prompt):
    return model.answer([Score(prompt, (" good", " bad"))])[0].logprobs


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["llama", "qwen2", "gemma3"])
def test_one_demonstration_and_blending_all_are_joint(folders, models_by_name, name, layout):
    joint, independent = models_by_name[name], _apart(folders, name)
    one, four = _prompt(layout, POOL[:1]), _prompt(layout)
    assert _scores(independent, one) == pytest.approx(_scores(joint, one), abs=1e-4)
    assert _scores(independent, four) != pytest.approx(_scores(joint, four), abs=1e-3)
    whole = _apart(folders, name, Blended(1.0))
    assert _scores(whole, four) == pytest.approx(_scores(joint, four), abs=1e-4)
    asked = [Generate(prompt, Sampling(max_tokens=9)) for prompt in (one, four)]
    for left, right in zip(whole.answer(asked), joint.answer(asked), strict=True):
        assert left.text == right.text
        assert left.logprob == pytest.approx(right.logprob, abs=1e-4)


def test_completions_of_several_prompts_and_draws_are_those_of_each_alone(folders):
    model = _apart(folders)
    sampling = Sampling(max_tokens=7, temperature=1.0)
    asked = [
        Generate(_prompt(demos=demos), replace(sampling, draw=draw))
        for demos in (POOL, POOL[::-1], POOL[:2], ())
        for draw in range(3)
    ]
    together = model.answer(asked)
    for request, reply in zip(asked, together, strict=True):
        (alone,) = model.answer([request])
        assert (alone.text, alone.prompt_tokens) == (reply.text, reply.prompt_tokens)
        assert alone.logprob == pytest.approx(reply.logprob, abs=1e-4)


def test_a_member_of_the_pool_is_read_once_for_all_orders_by_every_variant(folders):
    first, second = _apart(folders), _apart(folders)
    first.answer([Score(_prompt(demos=POOL), (" good",))])
    prompt = _prompt(demos=POOL[::-1])
    second.answer([Score(prompt, (" good",))])
    # What follows the last cut, and the tail but its last token.
    (row,) = [second.score_tokens(Score(prompt, (" good",)))]
    question = len(row.context) - second.token_cuts(prompt)[-1]
    assert second.counts.tokens_computed == question + len(row.tails[0]) - 1
    assert first._trunks.apart is second._trunks.apart


def test_parallel_places_forget_the_order_and_stretch_the_window(folders, models_by_name):
    parallel = _apart(folders, how=Independent("parallel"))
    there, back = _prompt(), _prompt(demos=POOL[::-1])
    assert _scores(parallel, there) == _scores(parallel, back)
    assert _scores(_apart(folders), there) != pytest.approx(
        _scores(_apart(folders), back), abs=1e-3
    )
    long = _prompt(demos=POOL * 4)
    assert models_by_name["llama"].answer([Score(long, (" good",))])[0].text.startswith("a prompt")
    preview = parallel.preview(long)
    assert preview.tokens < preview.window
    (reply,) = parallel.answer([Generate(long, Sampling(max_tokens=300))])
    assert 0 < reply.completion_tokens <= preview.window - preview.tokens + 1
    assert _scores(parallel, long)


def test_what_no_order_changes_is_asked_once_for_all_orders(folders, tmp_path):
    asked = _apart(folders, how=Independent("parallel"))
    kept = CachedModel(asked, str(tmp_path / "store"))
    texts = (" good", " bad")
    orders = [POOL, POOL[::-1], (*POOL[1:], POOL[0])]
    requests = [one for demos in orders for one in _both(_prompt(demos=demos), texts)]
    replies = [kept.answer([request])[0] for request in requests[:2]]
    computed = asked.counts.tokens_computed
    replies += [kept.answer([request])[0] for request in requests[2:]]
    assert asked.counts.tokens_computed == computed
    assert [reply.logprobs for reply in replies[::2]] == [replies[0].logprobs] * 3
    assert [reply.text for reply in replies[1::2]] == [replies[1].text] * 3
    successive = _apart(folders)
    assert len({named(successive, [request])[0] for request in requests}) == 6
    other = _prompt(demos=(*POOL[:-1], replace(POOL[-1], answer="other")))
    assert named(asked, [Score(other, texts)])[0] != named(asked, requests[:1])[0]


def test_demonstrations_that_nothing_follows_keep_their_order(folders):
    asked = _apart(folders, how=Independent("parallel"))
    ends = [_ended(_prompt(demos=demos)) for demos in (POOL, POOL[::-1])]
    one, other = (named(asked, [Generate(prompt)])[0] for prompt in ends)
    assert one != other


def _ended(prompt):
    """The prompt up to its last cut."""
    (turn,) = prompt.messages
    (_, place) = prompt.cuts[-1]
    return Prompt((replace(turn, content=turn.content[:place]),), prompt.cuts)


def _both(prompt, texts):
    return Score(prompt, texts), Generate(prompt, Sampling(max_tokens=5))


def test_the_store_tells_the_ways_of_reading_apart(folders, models_by_name):
    prompt = _prompt()
    uncut = Prompt(prompt.messages)
    ways = [_apart(folders, how=how) for how in (Independent(), Independent("parallel"), Blended())]
    for requests in (
        [Generate(prompt), Generate(uncut)],
        [Score(prompt, (" good",)), Score(uncut, (" good",))],
    ):
        keys = {named(way, [request])[0] for way in ways for request in requests}
        assert len(keys) == 6
        joint = {named(models_by_name["llama"], [request])[0] for request in requests}
        assert len(joint) == 1
        assert joint.isdisjoint(keys)
    assert prompt.digest == uncut.digest
    assert "demonstrations" not in models_by_name["llama"].identity
    assert JOINT.identity == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_cuts_part_the_tokens_of_the_whole_whatever_the_tokenizer_can_tell(folders, layout):
    model, prompt = _apart(folders), _prompt(layout)
    tokenizer, ids = model._tokenizer, ids_of(model._tokenizer, prompt)
    marks = model.token_cuts(prompt)
    assert sorted(marks) == list(marks)
    parts = [ids[start:end] for start, end in pairwise(marks)]
    for part, example in zip(parts, POOL, strict=True):
        text = tokenizer.decode(part)
        assert example.question.text in text
        assert (
            text.rstrip()
            .removesuffix("<|im_start|>user")
            .rstrip()
            .endswith((example.answer, f"{example.answer}<|im_end|>"))
        )
    rendered = cuts.render(tokenizer, prompt)
    places = cuts._places(tokenizer, prompt, rendered, prompt.cuts)
    assert [cuts._before(tokenizer, prompt, rendered, place) for place in places] == list(marks)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "odd", ["", " ", "\n\n", "\ud83d\ude00x", "\ud83d", "\ufdd0🙂", "</s>", "Ｑ："]
)
def test_whatever_is_shown_the_parts_make_up_the_whole(folders, layout, odd):
    model = _apart(folders)
    shown = [Example(Question("o", odd), "good"), POOL[0], Example(Question("p", "x" + odd), odd)]
    prompt = _prompt(layout, shown, Question("q", odd))
    ids = list(ids_of(model._tokenizer, prompt))
    beginning = model._beginning(prompt, ids)
    assert beginning is not None
    parts = [*beginning.head, *(token for item in beginning.items for token in item)]
    assert parts == ids[: len(parts)]
    assert len(parts) < len(ids)
    assert len(_scores(model, prompt)) == 2


def test_what_is_cut_is_the_same_wherever_it_stands(folders):
    model = _apart(folders)
    for layout in LAYOUTS:
        found = set()
        for demos in (POOL, POOL[::-1], POOL[1:3]):
            prompt = _prompt(layout, demos)
            ids, marks = ids_of(model._tokenizer, prompt), model.token_cuts(prompt)
            found |= {tuple(ids[start:end]) for start, end in pairwise(marks)}
        assert len(found) == len(POOL)


def test_a_word_that_is_a_control_token_is_read_as_text_there_too(folders):
    model = _apart(folders)
    forged = Example(Question("f", "a <|im_end|> b <|im_start|>"), "good")
    prompt = _prompt("turns", [*POOL[:1], forged])
    assert len(model.token_cuts(prompt)) == 3
    assert _scores(model, prompt)


def test_a_chat_template_that_writes_turns_otherwise_is_refused(folders):
    model = _apart(folders)
    tokenizer = model._tokenizer
    before = tokenizer.chat_template
    tokenizer.chat_template = "{% for m in messages %}{{ m['content'][1:] }}{% endfor %}"
    try:
        with pytest.raises(ValueError, match="writes the demonstrations otherwise"):
            model.token_cuts(_prompt("turns", POOL[:3]))
    finally:
        tokenizer.chat_template = before
        cuts.token_cuts.cache_clear()
        ids_of.cache_clear()


@pytest.mark.parametrize(
    ("made", "word"),
    [(lambda: Independent("above"), "successive or parallel"), (lambda: Blended(0.0), "share")],
)
def test_what_is_no_way_of_reading_is_refused(made, word):
    with pytest.raises(ValueError, match=word):
        made()
