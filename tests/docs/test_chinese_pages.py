"""The Chinese pages say what the English ones say: the same commands, tables and parts."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path.relative_to(DOCS / "zh").as_posix() for path in DOCS.glob("zh/**/*.md"))
# The first page is no translation of the first page: Chinese data are what it begins with.
TRANSLATED = [page for page in PAGES if page != "index.md"]


def read(page: str) -> tuple[str, str]:
    return (DOCS / page).read_text("utf-8"), (DOCS / "zh" / page).read_text("utf-8")


def commands(text: str) -> list[str]:
    """The indented lines, without what is said after them."""
    lines = [line for line in text.splitlines() if line.startswith("    ")]
    return [re.split(r"\s{2,}# ", line)[0].rstrip() for line in lines]


def shape(text: str) -> dict[str, int]:
    """How many headings, rows of tables and pictures there are."""
    marks = {"heading": r"^# ", "part": r"^## ", "row": r"^\|", "picture": r"^!\["}
    return {name: len(re.findall(mark, text, re.M)) for name, mark in marks.items()}


@pytest.mark.parametrize("page", [page for page in TRANSLATED if "/" not in page])
def test_commands_and_parts_are_those_of_the_english_page(page: str) -> None:
    english, chinese = read(page)
    assert commands(chinese) == commands(english)
    assert shape(chinese) == shape(english)


@pytest.mark.parametrize("page", PAGES)
def test_links_stay_in_chinese_where_there_is_such_a_page(page: str) -> None:
    text = (DOCS / "zh" / page).read_text("utf-8")
    there = [(DOCS / "zh" / page).parent / link for link in re.findall(r"\]\(([^)#\s]+\.md)", text)]
    away = [path.resolve() for path in there if "://" not in str(path)]
    assert [path for path in away if not path.is_file()] == []
    english = [path.relative_to(DOCS) for path in away if DOCS / "zh" not in path.parents]
    assert [path for path in english if (DOCS / "zh" / path).exists()] == []
