"""Documents: the text of a file that people read, by its suffix."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from warnings import warn

from promptlab.data.text import decode
from promptlab.machine.extras import installed


def read_document(path: Path) -> str:
    """Return a file's text.

    Raises:
        ValueError: it cannot be read as what its suffix says.
    """
    return READERS[path.suffix.lower()](path).replace("\r\n", "\n")


def _html(path: Path) -> str:
    """Return what a page shows: no scripts, no styles; each block on lines of its own."""
    with installed():
        from lxml import etree, html  # noqa: PLC0415  an extra

    text = decode(path)
    if not text.strip():
        return ""
    parser = _parser()
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except etree.ParserError:  # it has comments alone
        return ""
    except (etree.LxmlError, ValueError) as error:
        raise ValueError(f"{path} cannot be read as HTML: {error}") from error
    if fatal := parser.error_log.filter_from_fatals():
        raise ValueError(f"{path} cannot be read to its end as HTML: {fatal[0].message}")
    for element in tree.xpath("//script|//style|//noscript|//template|//head/*[not(self::title)]"):
        element.drop_tree()
    for element in tree.iter(*BLOCKS):
        element.tail = f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in tree.text_content().splitlines())
    return "\n".join(filter(None, lines))


def _parser() -> Any:
    """Parse without fetching anything, and without unfolding entities."""
    from lxml import html  # noqa: PLC0415

    return html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=False)


def _pdf(path: Path) -> str:
    """Return the text of a PDF's pages."""
    with installed():
        from pypdf import PdfReader  # noqa: PLC0415  an extra
        from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ValueError("it is encrypted; expected one that opens without a password")
        text = "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"{path} cannot be read as PDF: {error}") from error
    if not text.strip():
        warn(f"{path} holds no text; a scan is read by OCR first", RuntimeWarning, stacklevel=2)
    return text


BLOCKS = (
    *("title", "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("section", "article", "blockquote", "pre", "td", "th", "dt", "dd"),
)
"""Elements of HTML after which a line ends."""
READERS: Mapping[str, Callable[[Path], str]] = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ".rst"), decode),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _html),
    ".pdf": _pdf,
}
"""How files are read, by their suffix."""
