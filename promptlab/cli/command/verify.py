"""Is this installation right? Compute what is known, and say where anything differs."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptlab.cli.console import waiting, width
from promptlab.text.escaping import in_line, visible
from promptlab.verification.check import Finding, Value
from promptlab.verification.suite import checks, chosen, findings

VISIBLE = 1e-4
"""A tolerance that is shown."""


def verify(arguments: Sequence[str]) -> None:
    """Print what was checked, expected and found; end with status 1 where anything differs.

    What is left out is told. Where that is everything, or everything in the folder of outputs that
    was given, the status is 1 as well.
    """
    options = _options(arguments)
    console = Console(width=width(), highlight=False, emoji=False)
    selected = chosen(checks(options.outputs), options.only)
    with waiting(console, f"making {len(selected)} checks"):
        found = list(findings(selected))
    console.print(table(found))
    console.print(Text(in_line(summary(found))))
    if options.json:
        write(Path(options.json), found)
    if any(differs(each) for each in found):
        raise SystemExit(1)
    check_made(found, options.outputs)


def check_made(found: Sequence[Finding], outputs: str) -> None:
    """Check that something was checked, also of a folder that was given for it.

    Raises:
        FileNotFoundError: all that was asked for is left out; says why the first one is.
    """
    asked = [each for each in found if each.check.group == "published"] if outputs else []
    for some, of in ((asked, f"--outputs {outputs}: "), (found, "")):
        if some and all(each.left_out for each in some):
            raise FileNotFoundError(
                f"{of}nothing was checked, {len(some)} checks are left out: {some[0].note}; "
                "docs/verify.md says what they need"
            )


def differs(finding: Finding) -> bool:
    """Say whether a check was made and came out otherwise."""
    return not finding.same and not finding.left_out


def table(found: Sequence[Finding]) -> Table:
    """Write what was checked, expected and found."""
    columns = ("", "checked", "by", "expected", "found")
    made = Table(box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    group = ""
    for each in found:
        if each.check.group != group:
            group = each.check.group
            made.add_row("", Text(group, "bold"))
        check = each.check
        near = f" ± {check.within:g}" if check.within >= VISIBLE else ""
        expected = shown(check.expected) + near
        words = (check.name, check.source, expected, each.note or shown(each.found))
        made.add_row(_mark(each), *(Text(in_line(word)) for word in words))
    return made


def summary(found: Sequence[Finding]) -> str:
    """Say in one line what came of it."""
    same = sum(each.same for each in found)
    left = sum(each.left_out for each in found)
    bad = sum(map(differs, found))
    words = [f"{same} of {len(found)} checks as expected"]
    words += [f"{bad} {'differs' if bad == 1 else 'differ'}"] if bad else []
    words += [f"{left} left out"] if left else []
    return ", ".join(words)


def shown(value: Value | None) -> str:
    """Write a value as a table shows it: numbers to six digits."""
    if isinstance(value, tuple):
        return ", ".join(map(shown, value))
    return f"{value:.6g}" if isinstance(value, float | int) else value or ""


def write(path: Path, found: Sequence[Finding]) -> None:
    """Write the findings as a JSON list."""
    text = json.dumps([each.plain for each in found], ensure_ascii=False, indent=1)
    if path.is_dir():
        raise IsADirectoryError(f"--json {path}: it is a folder; expected a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{visible(text)}\n", "utf-8", "backslashreplace")


def _mark(finding: Finding) -> Text:
    if differs(finding):
        return Text("differs", "bold red")
    return Text("left out", "yellow") if finding.left_out else Text("same", "green")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab verify", description=__doc__)
    parser.add_argument(
        "only", nargs="*", help="groups (retrieval, voting, …), or words of names (all)"
    )
    parser.add_argument(
        "--outputs", default="", metavar="FOLDER", help="published outputs to replay, too"
    )
    parser.add_argument("--json", default="", metavar="FILE", help="write what was found there")
    return parser.parse_args(arguments)
