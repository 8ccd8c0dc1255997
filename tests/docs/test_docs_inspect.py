"""docs/inspect.md names every measure, and its command builds what it names."""

import re
import shlex
from pathlib import Path

import promptlab.analysis.inspection.measures as measured
from promptlab.cli.config.compose import build, compose, variants

PAGE = (Path(__file__).parents[2] / "docs" / "inspect.md").read_text("utf-8")


def test_every_measure_is_described():
    defined = re.findall(r"^- `(\w+)`", measured.__doc__, re.MULTILINE)
    assert re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE) == defined


def test_its_command_is_understood():
    (line,) = re.findall(r"^    python -m promptlab inspect (.*)$", PAGE, re.MULTILINE)
    named = [build(compose([*each, "model=scripted"])) for each in variants(shlex.split(line))]
    assert len(named) == 4
