"""The files of a report."""

from collections.abc import Sequence
from pathlib import Path

from promptlab.report.data.standings import Standings
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown
from promptlab.report.spreadsheet import spreadsheet

PAGE = "report.html"
MARKDOWN = "report.md"
TABLE = "report.csv"


def write(sweeps: Sequence[Standings], folder: Path) -> tuple[Path, Path, Path]:
    """Write `report.html`, `report.md` and `report.csv`; an earlier report there is replaced.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / PAGE, folder / MARKDOWN, folder / TABLE
    for path, rendered in zip(files, (page, markdown, spreadsheet), strict=True):
        # Half a surrogate pair, which records may hold, is no text that a file can.
        path.write_bytes(rendered(sweeps).encode("utf-8", "replace"))
    return files
