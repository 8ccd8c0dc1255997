"""Read another tool's file (promptfoo, DSPy, OpenAI's messages) as prompts, data and checks."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from promptlab.importing.read import read
from promptlab.importing.write import NOTES, write
from promptlab.text.escaping import in_line


def import_file(arguments: Sequence[str]) -> None:
    """Write what was read into a folder, say what was left behind, and the command that runs it."""
    options = _options(arguments)
    source, out = Path(options.file), Path(options.out)
    made = read(source)
    line = write(made, out, source.name)
    records = f"{len(made.pool)} records to demonstrate, {len(made.test)} to ask"
    checks = len(made.checks) + sum(len(record.get("checks", ())) for record in made.test)
    print(in_line(f"{out}: {len(made.prompts)} prompts, {records}, {checks} checks"))
    for each in made.left:
        print(in_line(f"not carried over: {each}"))
    if made.left:
        print(in_line(f"({out / NOTES} lists it too)"))
    if line and not made.test:
        print(in_line(f"There is nothing to ask yet: write records into {out / 'data/test.jsonl'}"))
    if line:
        print(f"\nGo on with:\n{in_line(line)}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab import", description=__doc__)
    parser.add_argument(
        "file", help="promptfooconfig.yaml, program.json, messages.json, tune.jsonl"
    )
    parser.add_argument("--out", default="imported", help="a new folder (imported)")
    return parser.parse_args(arguments)
