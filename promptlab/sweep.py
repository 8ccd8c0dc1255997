"""A sweep: variants that anyone may run, here or elsewhere, and that are read back from disk.

What a variant leaves in its folder is all that is known of it: `result.json`, or `failure.json`
that says why there is none. So a sweep that was run by several processes or machines ends as one
that was run by this one.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from promptlab.experiment import Experiment, Watch
from promptlab.records.files import read_result

FAILURE = "failure.json"


@dataclass(frozen=True)
class Variant:
    """A variant as its folder tells of it.

    Attributes:
        folder: Where its records are.
        result: What `result.json` holds; None where it was not finished.
        failure: Why it was not; empty where nobody knows.
    """

    folder: Path
    result: Mapping[str, Any] | None = None
    failure: str = ""


@dataclass(frozen=True)
class Sweep:
    """Variants, each with a folder of its own.

    Calling it runs them here, one after another; one that fails does not stop the others.
    """

    experiments: Sequence[Experiment]

    def __call__(self, watch: Watch | None = None) -> list[Variant]:
        """Run what is not finished yet, and return what became of each."""
        for experiment in self.experiments:
            with suppress(Exception):
                attempt(experiment.folder, partial(experiment, watch))
        return variants(experiment.folder for experiment in self.experiments)


def attempt(
    folder: Path,
    run: Callable[[], Mapping[str, Any]],
    explain: Callable[[Exception], str] = str,
) -> Mapping[str, Any]:
    """Run a variant; what goes wrong is also left in its folder.

    Raises:
        Exception: whatever went wrong.
    """
    try:
        result = run()
    except Exception as error:
        folder.mkdir(parents=True, exist_ok=True)
        told = {"error": type(error).__name__, "message": explain(error)}
        (folder / FAILURE).write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
        raise
    with suppress(OSError):  # a disk that is read alone has the result, and no failure
        (folder / FAILURE).unlink(missing_ok=True)
    return result


def variants(folders: Iterable[Path]) -> list[Variant]:
    """Read what became of the variants in these folders."""
    return [_read(folder) for folder in folders]


def _read(folder: Path) -> Variant:
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads((folder / FAILURE).read_text("utf-8"))
        return Variant(folder, failure=str(told["message"]))
    with suppress(OSError, ValueError):
        return Variant(folder, read_result(folder))
    return Variant(folder, failure="it was not finished")
