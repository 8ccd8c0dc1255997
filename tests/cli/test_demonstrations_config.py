"""demonstrations= on the command line: what it reaches, and where it is refused before anything."""

import pytest

from promptlab.cli.config.compose import build, compose
from promptlab.model.demonstrations import JOINT, Blended, Independent

TOLD = ("tracking=none", "dataset=question_types")


def _model(*overrides):
    return build(compose([*TOLD, "cache=off", *overrides])).model.inner


def test_the_model_is_told_how_to_read():
    assert _model().demonstrations == JOINT
    assert _model("demonstrations=independent").demonstrations == Independent()
    parallel = _model("demonstrations=independent", "demonstrations.positions=parallel")
    assert parallel.demonstrations == Independent("parallel")
    assert _model("demonstrations=blended", "demonstrations.share=1").demonstrations == Blended(1.0)


@pytest.mark.parametrize(
    ("overrides", "why"),
    [
        (["model=scripted"], "texts and not keys and values"),
        (["model=openai", "model.name=x"], "texts and not keys and values"),
        (["strategy=dspy"], "DSPy writes"),
        (["prompt=mine.j2"], "the prompt is a file"),
    ],
)
def test_it_is_refused_where_nothing_could_read_so(overrides, why, tmp_path, monkeypatch):
    (tmp_path / "mine.j2").write_text("{{ demonstrations }} {{ question }}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=why):
        _model("demonstrations=independent", *overrides)
    assert _model(*overrides)
