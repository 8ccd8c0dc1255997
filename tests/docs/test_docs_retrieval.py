"""The commands of docs/retrieval.md are understood as they stand, and what they name is built."""

import json
import shlex
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

PAGE = (Path(__file__).parents[2] / "docs" / "retrieval.md").read_text("utf-8")
START = "    python -m promptlab "
COMMANDS = [line.removeprefix(START) for line in PAGE.splitlines() if line.startswith(START)]
QUICK = ["model=scripted", "tracking=none"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_builds_what_it_names(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("corpus.jsonl").write_text(json.dumps({"id": "a", "text": "It is warm."}), "utf-8")
    words = [word for word in shlex.split(command) if word != "-m"]
    for variant in variants(rewrite_overrides([*words, *QUICK])):
        experiment = build(compose(variant))
        assert bool(experiment.retrieval.identity) == ("retrieval=none" not in variant)


def test_a_prompt_without_a_place_for_passages_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.j2").write_text("{{ question }}", "utf-8")
    for words in (["prompt=mine.j2"], ["template.parts=[context,question]"]):
        told = rewrite_overrides(["retrieval=bm25", "corpus=c.jsonl", *words, *QUICK])
        with pytest.raises(ValueError, match="no place for passages, which retrieval finds"):
            build(compose(told))


def test_retrieval_without_a_corpus_says_what_to_type():
    with pytest.raises(ValueError, match="corpus is empty; expected a file or a folder: corpus="):
        build(compose(["retrieval=bm25", *QUICK]))
