"""The bar moves with every reply, and says which variant of how many is run."""

import pytest

from promptlab.cli.console import Pace
from promptlab.hearing import counting, replied
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.scripted import Scripted
from promptlab.types import Generate, Message, Prompt


def request(text: str) -> Generate:
    return Generate(Prompt((Message("text", text),)))


def test_it_moves_with_every_reply_and_reaches_whole_trials_with_their_records() -> None:
    pace = Pace(total=8)
    moved = [pace.heard(1) for _ in range(4)]
    assert moved == sorted(moved)
    assert 0 < moved[0] < moved[-1] < 4
    assert pace.ended(4) == 4


def test_what_a_trial_took_until_now_is_what_the_next_ones_take() -> None:
    pace = Pace(total=8)
    pace.heard(12)
    pace.ended(4)
    assert pace.heard(3) == pytest.approx(4.95)


def test_it_never_says_more_than_all() -> None:
    assert Pace(total=2).heard(50) == 2


def test_replies_that_were_kept_are_counted(tmp_path) -> None:
    model, heard = CachedModel(Scripted(), str(tmp_path / "store.db")), []
    model.answer([request("a"), request("b")])
    with counting(heard.append):
        model.answer([request("a"), request("b")])
    assert sum(heard) == 2
    replied()
    assert sum(heard) == 2


def test_a_sweep_says_which_variant_of_how_many_is_done(promptlab) -> None:
    quick = ("dataset=question_types", "dataset.limit=2", "model=scripted", "tracking=none")
    _, out, _ = promptlab("-m", *quick, "selection=zero,random")
    assert "variant 1 of 2: zero: " in out
    assert "variant 2 of 2: random: " in out
