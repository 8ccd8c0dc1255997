"""Whatever promptlab imports is declared in pyproject.toml: what comes by way of others may go."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[1]
ALIASES = {"dspy": "dspy-ai", "pydantic-monty-client": "pydantic-monty"}
"""Distributions that are declared by another name, whose package holds nothing else."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def imported() -> dict[str, str]:
    """Return every package that is imported, and one file that does."""
    found = {}
    for path in sorted((ROOT / "promptlab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            found |= {name.split(".")[0]: str(path.relative_to(ROOT)) for name in names}
    own = {"promptlab", *sys.stdlib_module_names}
    return {name: path for name, path in found.items() if name not in own}


def plain(name: str) -> str:
    """Write a distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Return the distributions that are declared: always, or for an extra."""
    extras = PROJECT["optional-dependencies"].items()
    lines = PROJECT["dependencies"] + [
        line for key, some in extras if key != "dev" for line in some
    ]
    return {plain(re.split(r"[\[<>=~!; ]", line)[0]) for line in lines}


def test_every_package_that_is_imported_is_declared() -> None:
    distributions = packages_distributions()
    missing = {
        f"{name} (imported by {path})"
        for name, path in imported().items()
        if not declared()
        & {ALIASES.get(plain(each), plain(each)) for each in distributions.get(name, [name])}
    }
    assert missing == set()


def test_every_folder_of_modules_is_in_the_wheel() -> None:
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {path.parent for path in (ROOT / "promptlab").rglob("*.py")}
    modules = {".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(setuptools["packages"]) == modules | set(setuptools["package-dir"])
