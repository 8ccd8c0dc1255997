"""Golden prompts with passages: how every template shows what was retrieved.

`make golden` writes them anew.
"""

import os
from dataclasses import replace
from pathlib import Path

from laws import built, options

from promptlab.template import PromptFile
from promptlab.types import Example, Passage, Question, Task

PATH = Path(__file__).parent / "passages.txt"
QUESTION = Question(
    "q",
    "Who wrote {it}?",
    context="A book.",
    passages=(Passage("a", "Ann wrote it. {{ 7 }}"), Passage("b", "书是她写的。", {"id": "x"})),
)
DEMO = Example(Question("d", "Who is it?"), "Bo")
FILE = """{% for passage in passages %}<{{ passage.id }}>{{ passage.text }}</{{ passage.id }}>
{% endfor %}{{ passages }}
{{ question }}"""


def golden():
    """Write out a question with passages in every template, and in a prompt file."""
    texts = []
    for name in options("template"):
        template = built("template", name)
        last = replace(template, parts=("turns", "context", "question", "choices", "passages"))
        shown = [each.prompt(Task(), QUESTION, [DEMO]).text for each in (template, last)]
        texts += [f"=== {name} ===\n{text}" for text in shown]
    texts.append(f"=== a file ===\n{PromptFile(FILE).prompt(Task(), QUESTION).text}")
    return "\n\n".join(texts) + "\n"


def test_passages_are_shown_word_for_word_as_they_were():
    if os.environ.get("PROMPTLAB_GOLDEN") == "write":
        PATH.write_text(golden(), "utf-8")
    assert golden() == PATH.read_text("utf-8")
