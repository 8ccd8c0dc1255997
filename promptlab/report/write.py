"""The files of a report."""

from collections.abc import Sequence
from pathlib import Path

from promptlab.report.markdown import markdown
from promptlab.report.page import page
from promptlab.report.sweep import Sweep

PAGE = "report.html"
MARKDOWN = "report.md"


def write(sweeps: Sequence[Sweep], folder: Path) -> tuple[Path, Path]:
    """Write `report.html` and `report.md`; an earlier report there is replaced.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / PAGE, folder / MARKDOWN
    for path, text in zip(files, (page(sweeps), markdown(sweeps)), strict=True):
        # Half a surrogate pair, which records may hold, is no text that a file can.
        path.write_bytes(text.encode("utf-8", "replace"))
    return files
