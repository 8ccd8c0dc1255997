"""What the documents point to is there: files, tests and modules."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "experiments").glob("*/README.md"),
        *(ROOT / "datasets").glob("*/README.md"),
        ROOT / "benchmarks" / "README.md",
    ]
)
CODE = [
    path.as_posix() for folder in ("promptlab", "tests") for path in ROOT.glob(f"{folder}/**/*")
]
every_document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix()
)


@every_document
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    here = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in here if not (path.parent / link).exists()] == []


@every_document
def test_tests_and_modules_that_are_named_are_there(path: Path) -> None:
    if path.name in ("CONTRIBUTING.md", "README.md") and path.parent == ROOT:
        pytest.skip("these show files that are still to be written, and are run as such")
    named = re.findall(r"`((?:[a-z_]+/)*[a-z_0-9]+\.py|tests/[\w/]+)`", path.read_text("utf-8"))
    gone = [
        name
        for name in named
        if not any(each.endswith(f"/{name}") for each in CODE)
        and not (ROOT / name).exists()
        and not (path.parent / name).exists()
    ]
    assert gone == []


def test_security_names_the_tests_of_what_it_promises() -> None:
    promises = (ROOT / "SECURITY.md").read_text("utf-8")
    promised = promises.partition("## What is not promised")[0]
    named = re.findall(r"`(tests/[\w/.]+)`", promised)
    assert len(named) > 10
    assert [
        name
        for name in named
        if not list(ROOT.glob(f"{name}/test_*.py")) and not (ROOT / name).is_file()
    ] == []
