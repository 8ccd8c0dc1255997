"""The README's Python is run."""

import re
from pathlib import Path
from typing import Any

from promptlab import ChainOfThought, Question, Task

README = Path(__file__).parents[1] / "README.md"
CODE = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def test_the_snippet_for_products_runs() -> None:
    """With a scripted model in the place of the embedded one, which needs its package."""
    product = next(code for code in CODE if "Embedded()" in code)
    scripted = product.replace("Embedded()", "Scripted('The answer is 7.')")
    names: dict[str, Any] = {}
    exec(scripted.replace("Embedded,", "Scripted,"), names)
    assert (names["answer"].text, names["answer"].outcome) == ("7", "parsed")


def test_the_strategy_of_your_own_runs_in_two_files() -> None:
    names: dict[str, Any] = {"__name__": "twice"}
    exec(next(code for code in CODE if "class Twice" in code), names)
    strategy = names["Twice"](ChainOfThought(Task(answer="number")))
    program = strategy.solve(Question("q", "Now?"), ())
    (request,) = next(program)
    assert request.prompt.text == "Q: Now? Now?\nA:"
