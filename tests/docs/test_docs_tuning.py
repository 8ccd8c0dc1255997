"""The page about tuning: its commands are understood, and every setting is on it."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from promptlab.cli.command.tune import composed
from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.tuning.methods import LoRA, SoftPrompt
from promptlab.tuning.settings import Tuning

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tuning.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (.+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_is_understood(command: str) -> None:
    words = shlex.split(command)
    if words[0] == "tune":
        assert composed([word for word in words[1:] if not word.startswith("out=")])
    else:
        assert build(compose(rewrite_overrides(words))).model.inner.adapter


def test_every_setting_is_on_the_page_with_what_its_yaml_says() -> None:
    rows = dict(re.findall(r"^\| `tuning\.([\w.]+)` \|(.*?)\|[^|]*\|$", PAGE, re.MULTILINE))
    named = {f"method.{field.name}" for kind in (LoRA, SoftPrompt) for field in fields(kind)}
    assert set(rows) == named | {field.name for field in fields(Tuning)} - {"method"}
    for column, option in enumerate(("lora", "prompt")):
        said = yaml.safe_load((ROOT / "conf" / "tuning" / f"{option}.yaml").read_text("utf-8"))
        flat = said | {f"method.{name}": value for name, value in said["method"].items()}
        for name, row in rows.items():
            cell = row.split("|")[column].strip().strip("`")
            assert cell == (
                f"{flat[name]:g}" if isinstance(flat.get(name), float) else str(flat.get(name, ""))
            ), (option, name)
