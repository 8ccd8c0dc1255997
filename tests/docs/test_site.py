"""The site has every page, in both languages, and every experiment is told of."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("**/*.md")}


def paths(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    each = nav.values() if isinstance(nav, dict) else nav
    return [path for part in each for path in paths(part)]


def test_every_page_is_in_the_navigation_once() -> None:
    listed = paths(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])
    assert sorted(listed) == sorted(PAGES)


def test_every_page_but_the_reference_is_in_chinese_too() -> None:
    chinese = {page.removeprefix("zh/") for page in PAGES if page.startswith("zh/")}
    english = {page for page in PAGES if not page.startswith(("zh/", "reference/"))}
    assert chinese == english


def test_every_experiment_is_told_of() -> None:
    told = (DOCS / "experiments.md").read_text("utf-8")
    folders = [path.name for path in (ROOT / "experiments").iterdir() if path.is_dir()]
    assert [name for name in folders if f"| `{name}` |" not in told] == []


def test_every_stage_has_a_page_of_the_reference() -> None:
    told = "".join(path.read_text("utf-8") for path in (DOCS / "reference").glob("*.md"))
    stages = ("selection", "ordering", "retrieval", "strategy", "template", "metric", "tool")
    assert [stage for stage in stages if f"::: promptlab.{stage}\n" not in told] == []
