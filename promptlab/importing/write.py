"""The folder that an import is written into, and the command that runs it."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from promptlab.importing.imported import Imported

NOTES = "IMPORTED.md"


def write(made: Imported, out: Path, source: str) -> str:
    """Write prompts, records and checks; return the command line that runs them.

    Raises:
        FileExistsError: something is in `out` already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out}: there already, and not empty; expected a new place: --out")
    (out / "prompts").mkdir(parents=True)
    for name, text in made.prompts.items():
        (out / "prompts" / name).write_text(text, "utf-8")
    for name, records in (("train", made.pool), ("test", made.test)):
        _write_records(records, out / "data" / f"{name}.jsonl")
    if _checked(made):
        path = out / "conf" / "metric" / "imported.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(_metric(made), "utf-8")
    line = command(made, out)
    (out / NOTES).write_text(_notes(made, source, line), "utf-8")
    return line


def command(made: Imported, out: Path) -> str:
    """Return the command line that runs what was written; '' where there is no prompt in it."""
    if not made.prompts:
        return ""
    files = ",".join(str(out / "prompts" / name) for name in made.prompts)
    words = ["python -m promptlab", *(["-m"] if len(made.prompts) > 1 else [])]
    words += ["--config-dir", shlex.quote(str(out / "conf"))] if _checked(made) else []
    said = [f"prompt={files}", "dataset=jsonl", f"dataset.path={out / 'data'}"]
    said += [f"dataset.fields.question={made.question}"] if made.question != "question" else []
    if _checked(made):
        said += ["metric=imported"]
    answered = [record for record in made.test if record.get("answer")]
    said += [] if answered else ["dataset.task.answer=text"]
    if not made.pool and len(answered) > 1 and made.shows_demonstrations:
        said += ["dataset.pool_size=0.5", f"k={min(4, len(answered) // 2)}"]
    elif not made.pool:
        said += ["selection=zero"]
    return " ".join([*words, *map(shlex.quote, [*said, *made.overrides])])


def _checked(made: Imported) -> bool:
    return bool(made.checks) or any("checks" in record for record in made.test)


def _metric(made: Imported) -> str:
    """Write the metric: the checks, beside the usual scores where there are right answers."""
    usual = ["standard"] if any(record.get("answer") for record in made.test) else []
    tree: dict[str, Any] = {"defaults": [*usual, "checks", "_self_"]}
    tree["checks"] = {"checks": [dict(check) for check in made.checks]}
    head = "# What must hold of every reply: metric=imported\n"
    return head + str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))


def _write_records(records: Sequence[dict[str, Any]], path: Path) -> None:
    if not records:
        return
    path.parent.mkdir(exist_ok=True)
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_bytes("".join(lines).encode("utf-8", "backslashreplace"))


def _notes(made: Imported, source: str, line: str) -> str:
    left = "".join(f"- {' '.join(each.split())}\n" for each in made.left) or "- nothing\n"
    run = f"\nIt is run by\n\n    {line}\n" if line else ""
    return f"# Imported from {source}\n{run}\nNot carried over:\n\n{left}"
