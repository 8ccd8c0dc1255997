"""The prompt files of docs/prompts.md work as they stand."""

import re
from pathlib import Path

import pytest

from promptlab.template import PromptFile
from promptlab.types import Example, Question, Task

PAGE = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text("utf-8")
FILES = dict(re.findall(r"<!-- (\S+) -->\n```\n(.*?)```", PAGE, re.DOTALL))
TASK = Task(answer="label", labels=("pos", "neg"))
DEMO = Example(Question("d", "Nice!"), "pos")


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_page_asks_its_question(name):
    question = Question("q", "Broken.", metadata={"tier": "gold"})
    file = PromptFile(FILES[name], name)
    prompt = file.prompt(TASK, question, (DEMO,)).text
    assert "Broken." in prompt
    assert ("Nice!" in prompt) == file.shows_demonstrations == (name != "terse.j2")


def test_the_page_shows_a_file_of_each_kind_and_every_setting():
    assert {Path(name).suffix for name in FILES} == {".j2", ".txt", ".yaml", ".fstring"}
    assert PromptFile(FILES["reasoned.j2"], "reasoned.j2").trigger == "Category:"
