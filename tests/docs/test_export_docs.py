"""The Python of docs/export.md is run as it stands, beside a winner."""

import re
from pathlib import Path

from small_winner import small_winner

DOCS = Path(__file__).parents[2] / "docs" / "export.md"


def test_what_the_page_shows_is_what_it_says(tmp_path, monkeypatch, capsys) -> None:
    small_winner(tmp_path / "winner")
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    for code in blocks:
        exec(code, names)
    said = capsys.readouterr().out
    assert said.endswith("has she?\nA:\n7 parsed\n{'7'}\n['7', '7']\n")
    assert len(blocks) == 2
