"""The commands of docs/selection.md are understood as they stand, and what they name is built."""

import shlex
from operator import attrgetter
from pathlib import Path

import pytest

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

PAGE = (Path(__file__).parents[2] / "docs" / "selection.md").read_text("utf-8")
START = "    python -m promptlab "
COMMANDS = [line.removeprefix(START) for line in PAGE.splitlines() if line.startswith(START)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_builds_what_it_names(command: str) -> None:
    words = [word for word in shlex.split(command) if word != "-m"]
    for variant in variants(rewrite_overrides([*words, "model=scripted", "tracking=none"])):
        selection = build(compose(variant)).selection
        named = dict(word.split("=", 1) for word in variant)
        assert type(selection).__name__.lower() == named["selection"].replace("_", "")
        for key, value in named.items():
            field = key.removeprefix("selection.")
            if field != key:
                assert str(attrgetter(field)(selection)).lower() == value.strip("'").lower()


def test_the_page_shows_every_selection_by_words_and_by_meaning() -> None:
    shown = " ".join(COMMANDS)
    assert all(name in shown for name in ("bm25", "tfidf", "ngram_overlap", "knn"))
