"""The READMEs' Python is run, and they say the same."""

import re
from pathlib import Path
from typing import Any

import pytest

from promptlab import ChainOfThought, Question, Task

FOLDER = Path(__file__).parents[2]
ENGLISH, CHINESE = (FOLDER / name for name in ("README.md", "README.zh.md"))


def _code(readme: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", readme.read_text("utf-8"), re.DOTALL)


def _commands(readme: Path) -> set[str]:
    lines = re.findall(r"^    (python -m .*|make .*)$", readme.read_text("utf-8"), re.MULTILINE)
    return {line.split(" #")[0].strip() for line in lines}


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_the_snippet_for_products_runs(readme: Path) -> None:
    """With a scripted model in the place of the embedded one, which needs its package."""
    product = next(code for code in _code(readme) if "Embedded()" in code)
    scripted = product.replace("Embedded()", "Scripted('The answer is 7.')")
    names: dict[str, Any] = {}
    exec(scripted.replace("Embedded,", "Scripted,"), names)
    assert (names["answer"].text, names["answer"].outcome) == ("7", "parsed")


def test_the_strategy_of_your_own_runs_in_two_files() -> None:
    names: dict[str, Any] = {"__name__": "twice"}
    exec(next(code for code in _code(ENGLISH) if "class Twice" in code), names)
    strategy = names["Twice"](ChainOfThought(Task(answer="number")))
    program = strategy.solve(Question("q", "Now?"), ())
    (request,) = next(program)
    assert request.prompt.text == "Q: Now? Now?\nA:"


def test_the_chinese_readme_gives_the_english_ones_commands() -> None:
    only = _commands(CHINESE) - _commands(ENGLISH)
    assert len(_commands(CHINESE)) > 9
    assert all("zh" in command for command in only)


def test_both_readmes_name_the_same_options() -> None:
    tables = []
    for readme in (ENGLISH, CHINESE):
        rows = re.findall(r"^\| (`\w+=`)[^|]*\|(.*)\|$", readme.read_text("utf-8"), re.MULTILINE)
        tables.append({stage: re.findall(r"`(\w+)`", options) for stage, options in rows})
    assert tables[0] == tables[1]
    assert len(tables[0]) == 14
    for stage, options in tables[0].items():
        files = (FOLDER / "conf" / stage.strip("`=")).glob("*.yaml")
        assert set(options) == {path.stem for path in files}, stage
