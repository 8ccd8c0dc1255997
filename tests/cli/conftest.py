"""The command line in this process, in a folder of its own."""

import sys
from pathlib import Path

import pytest
from own_cache import own_cache

from promptlab.cli.main import main


@pytest.fixture
def promptlab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Run the command line in a folder of its own; returns its status and what it wrote."""
    monkeypatch.chdir(tmp_path)
    own_cache(monkeypatch, tmp_path / "cache")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["promptlab", *arguments])
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call
