"""promptlab: compose a prompt strategy, run it on a model, see which differences are real.

    from promptlab import BM25, ChainOfThought, Embedded, Task, solve

    retrieve = BM25(k=4).fit(pool)
    strategy = ChainOfThought(Task(answer="number"))
    answer = solve(strategy.solve(question, retrieve(question)), Embedded())

Every public name is listed in `__init__.pyi`, which type checkers read too, and its module is
imported when the name is first used.
"""

from importlib import import_module
from itertools import pairwise
from typing import Any


def _modules(path: str) -> dict[str, str]:
    """Read each public name's module off lines of `from module import name as name`."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123  pathlib is slow to import
        words = file.read().split()
    modules, module = {}, ""
    for word, following in pairwise(words):
        module = following if word == "from" else module
        if following == "as":
            modules[word] = module
    return modules


# lazy_loader reads such a list too, but takes twenty times as long to import.
_MODULES = _modules(f"{__file__}i")

__all__ = sorted(_MODULES)  # noqa: PLE0605  one list is enough


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used (PEP 562)."""
    if name == "__version__":
        return import_module("importlib.metadata").version("promptlab")
    if name not in _MODULES:
        raise AttributeError(f"module 'promptlab' has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
