"""Whatever is shared, refilled or kept: the same replies as one prompt at a time."""

import pytest

from promptlab.engine import generation as generating
from promptlab.engine import scheduler
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Generate, Sampling, Score

ARCHITECTURES = ("llama", "qwen2", "gemma3", "gpt2")
INSTRUCTION = "Label each review as positive or negative, and answer every question at length.\n"
DEMOS = "Review: a wonderful film. Label: positive\n评论：很好吃。情感：正面\n"
OTHERS = "Question: how many apples are left? Answer: three apples are left in the basket.\n"
QUESTIONS = ("Review: the", "a", "评论：质量太差了，再也不会买。情感：", "Question: how many?", "?")
PROMPTS = [
    INSTRUCTION + demos + question for demos in (DEMOS, OTHERS, "") for question in QUESTIONS
]
ALONE = {}
LABELS = (" positive", " three apples are left", "。", "负面", "")


@pytest.fixture(params=ARCHITECTURES)
def models(request, folders, device, monkeypatch):
    """One that shares all it can, and one that shares nothing and is asked one thing at a time."""

    def make(**options):
        folder = str(folders[request.param])
        return HuggingFace(folder, device=device, dtype="float32", **options)

    monkeypatch.setattr(scheduler, "OVERHEAD", 2)
    monkeypatch.setattr(scheduler, "OVERHEAD_GPU", 2)

    def alone(one):
        """Ask a new model; of a reply that it gave before, once."""
        key = f"{request.param} {device} {one!r}"
        if key not in ALONE:
            ALONE[key] = make().answer([one])[0]
        return ALONE[key]

    return make, lambda asked: [alone(one) for one in asked]


def _same(replies, expected):
    for reply, other in zip(replies, expected, strict=True):
        if hasattr(reply, "text"):
            assert (reply.text, reply.finish_reason) == (other.text, other.finish_reason)
            assert reply.logprob == pytest.approx(other.logprob, abs=1e-4)
            assert reply.completion_tokens == other.completion_tokens
        else:
            assert reply.logprobs == pytest.approx(other.logprobs, abs=1e-4)
            assert reply.lengths == other.lengths
        assert reply.prompt_tokens == other.prompt_tokens


def test_every_architecture_is_known(models_by_name):
    readers = {name: model._trunks.reader for name, model in models_by_name.items()}
    assert all(reader.free for reader in readers.values())
    sharing = {name for name, reader in readers.items() if reader.shares}
    assert sharing == {"llama", "qwen2", "gpt2"}
    assert all(reader.branches for reader in readers.values())


def test_greedy_completions_under_nested_beginnings(models, text):
    make, alone = models
    asked = [Generate(text(prompt), Sampling(max_tokens=8)) for prompt in PROMPTS]
    model = make()
    _same(model.answer(asked), alone(asked))
    assert len(model._trunks._known) > 2


def test_scores_under_nested_beginnings(models, text):
    make, alone = models
    asked = [Score(text(prompt), LABELS) for prompt in PROMPTS]
    model = make()
    _same(model.answer(asked), alone(asked))
    assert len(model._trunks._known) > 2


@pytest.mark.parametrize("part", [0, 200, 1 << 20])
def test_many_draws_of_few_prompts(models, text, part, monkeypatch):
    monkeypatch.setattr(generating, "PART", part)
    make, alone = models
    asked = [
        Generate(text(prompt), Sampling(temperature=1.0, top_p=0.9, max_tokens=9, draw=draw))
        for draw in range(9)
        for prompt in (PROMPTS[0], PROMPTS[2], PROMPTS[7], "a")
    ]
    _same(make().answer(asked), alone(asked))


@pytest.mark.parametrize("budget", [150, 400, 900])
def test_rows_of_mixed_lengths_that_join_as_others_leave(models, text, budget):
    make, alone = models
    lengths, rooms, warmth = (80, 3, 40, 9, 60), (3, 30, 8, 1, 15, 22, 5), (0, 1, 0.7)
    asked = [
        Generate(
            text(prompt[-lengths[n % 5] :]),
            Sampling(temperature=warmth[n % 3], max_tokens=rooms[n % 7], stop=("e",)),
        )
        for n, prompt in enumerate(PROMPTS)
    ]
    _same(make(batch_tokens=budget).answer(asked), alone(asked))


@pytest.mark.parametrize("part", [0, 200])
def test_draws_of_many_prompts_that_join_as_others_leave(models, text, part, monkeypatch):
    """Each prompt is a beginning of its own, which comes, loses its rows one by one and goes."""
    monkeypatch.setattr(generating, "PART", part)
    make, alone = models
    rooms = (3, 12, 6, 1, 9, 4, 7)
    asked = [
        Generate(
            text(prompt),
            Sampling(temperature=1.0, max_tokens=rooms[(n + draw) % 7], draw=draw, stop=("e",)),
        )
        for n, prompt in enumerate(PROMPTS)
        for draw in range(4)
    ]
    _same(make(batch_tokens=500).answer(asked), alone(asked))


def test_draws_that_refill_a_shared_beginning(models, text, monkeypatch):
    monkeypatch.setattr(generating, "PART", 0)
    make, alone = models
    asked = [
        Generate(text(PROMPTS[0]), Sampling(temperature=1.0, max_tokens=3 + draw % 9, draw=draw))
        for draw in range(32)
    ]
    _same(make(batch_tokens=100).answer(asked), alone(asked))


def test_what_was_kept_from_an_earlier_call_changes_not_a_bit(models, text):
    make, _ = models
    first = [Score(text(prompt), LABELS) for prompt in PROMPTS[:5]]
    second = [Score(text(INSTRUCTION + DEMOS + end), LABELS) for end in ("Label: no", "评论：好")]
    model = make()
    model.answer(first)
    before = model._trunks.tokens
    again, fresh = model.answer(first), make().answer(first)
    assert repr(again) == repr(fresh)
    assert model._trunks.tokens - before < before
    assert repr(model.answer(second)) == repr(make().answer(second))


def test_the_window_is_used_to_its_end_under_a_shared_beginning(models, text):
    make, alone = models
    asked = [Generate(text("a" * 250 + end), Sampling(max_tokens=50)) for end in ("", "b", "bcdef")]
    _same(make().answer(asked), alone(asked))
