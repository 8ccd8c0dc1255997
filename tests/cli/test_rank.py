"""Variants are ranked by what they cost, where that is asked for."""

import re
import shlex
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "costs.md"


def test_the_command_of_the_page_puts_the_variant_with_the_fewest_tokens_first(promptlab):
    (line,) = re.findall(r"python -m promptlab (-m .*rank=.*)", PAGE.read_text("utf-8"))
    status, out, _ = promptlab(*shlex.split(line), "tracking=none")
    assert status == 0
    board = out.partition("Leaderboard")[2]
    assert board.index("direct") < board.index("cot")
    assert "least tokens first" in " ".join(board.split())
    assert "has the highest accuracy" in board
    status, _, err = promptlab(*shlex.split(line.replace("=tokens", "=-tokns")), "tracking=none")
    assert status == 1
    assert "rank=-tokns: no variant has such a score or cost; did you mean tokens" in err
