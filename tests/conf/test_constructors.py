"""A constructor does no input or output: every component is built with nothing read or written."""

import importlib
import sys
from pathlib import Path

import pytest
from laws import CONF, built, composed, options

WATCHED = ("open", "socket.", "subprocess.", "os.", "shutil.", "sqlite3.", "urllib.", "ctypes.")
GROUPS = [
    *("dataset", "template", "output", "encoder", "retrieval", "selection", "ordering", "strategy"),
    *("demonstrations", "model", "cache", "metric", "executor", "tool", "tracking", "tuning"),
]
EVERY = [(group, option) for group in GROUPS for option in options(group)]
IMPORTED = (".py',)", ".pyc',)")
"""Ends of files that Python imports as it goes, such as a codec."""
_seen: list[str] | None = None


def _watch(event, args):
    """Note what touches a disk, a socket or a process while somebody wants to know."""
    if _seen is not None and event.startswith(WATCHED) and not str(args[:1]).endswith(IMPORTED):
        _seen.append(f"{event} {args}")


sys.addaudithook(_watch)


def touched(act):
    """Do something; return what it touched."""
    global _seen  # noqa: PLW0603  a hook is for good, and is told here when to listen
    _seen = []
    try:
        act()
        return _seen
    finally:
        _seen = None


def imported(node):
    """Import all that a config names: an import reads files, and is not the constructor's."""
    if isinstance(node, dict) or hasattr(node, "items"):
        for key, value in node.items():
            if key == "_target_":
                importlib.import_module(value.rpartition(".")[0])
            imported(value)


def test_what_is_read_and_written_and_asked_is_noticed(tmp_path):
    assert touched(lambda: (tmp_path / "a").write_text("a"))
    assert touched((tmp_path / "a").read_bytes)
    assert touched(lambda: list(tmp_path.iterdir()))
    assert not touched(lambda: Path("a") / "b")


def test_every_group_of_components_is_looked_at():
    groups = {path.name for path in CONF.iterdir() if path.is_dir() and any(path.glob("*.yaml"))}
    assert groups - {"experiment", "variant", "edit"} == set(GROUPS)


@pytest.mark.parametrize(("group", "option"), EVERY)
def test_a_component_is_built_without_reading_or_writing_anything(group, option):
    imported(composed(group, option)[group])
    build = built.__wrapped__
    answer = "choice" if option in ("circular", "shuffled") else "number"
    assert touched(lambda: build(group, option, answer)) == []
