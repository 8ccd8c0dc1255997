"""The commands of docs/metrics.md are understood; slices are read from the records."""

import shlex
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
START = "    python -m promptlab "
LINES = [line.removeprefix(START) for line in PAGE.splitlines() if line.startswith(START)]
COMMANDS = [line for line in LINES if not line.startswith("perplexity ")]
QUESTIONS = '{"question": "2 + 2?", "answer": "4", "topic": "加法"}\n'


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_built(command, tmp_path, monkeypatch) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "questions" / "test.jsonl").write_text(QUESTIONS, "utf-8")
    monkeypatch.chdir(tmp_path)
    words = [*shlex.split(command), "model=scripted", "tracking=none"]
    for variant in variants(rewrite_overrides(words)):
        experiment = build(compose(variant))
        assert experiment.metric
        if experiment.slices:
            assert experiment.dataset.test[0].question.metadata["topic"] == "加法"


def test_a_slice_by_no_field_of_the_records_is_refused(tmp_path) -> None:
    (tmp_path / "test.jsonl").write_text(QUESTIONS, "utf-8")
    words = ["dataset=jsonl", f"dataset.path={tmp_path}", "slices=[topik]"]
    (variant,) = variants(rewrite_overrides(words))
    with pytest.raises(ValueError, match="slices: no field 'topik'; the records have question, an"):
        build(compose(variant))
