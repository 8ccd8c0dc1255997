"""The text of a file, unpacked and decoded; other content is refused, with its line."""

import codecs
import gzip
import zlib
from collections.abc import Mapping
from pathlib import Path

from promptlab.data.bounds import FILE

PACKED = b"\x1f\x8b"
BEGINNINGS: Mapping[bytes, str] = {
    b"GGUF": "a model in GGUF; give it as model.path=",
    b"PAR1": "a Parquet table; read it with dataset=parquet",
    b"ARROW1": "an Arrow table; write it as Parquet",
    b"PK\x03\x04": "a zip archive or a workbook; unpack it, or save its table as CSV",
    b"BZh": "packed by bzip2; unpack it",
    b"\xfd7zXZ": "packed by xz; unpack it",
    b"\x28\xb5\x2f\xfd": "packed by zstd; unpack it",
    b"%PDF": "a PDF",
    b"SQLite format": "a SQLite data base; export its table as CSV",
    b"version https://git-lfs": "a pointer of Git LFS; fetch the file with git lfs pull",
}
"""The first bytes of files often given by mistake, and what to do with them."""


def decode(path: Path, encoding: str = "utf-8-sig") -> str:
    """Read a file, without a byte order mark and with its line ends as they are.

    One that begins with UTF-8's mark is UTF-8, whatever the others beside it are.

    Raises:
        ValueError: the file is not in this encoding, or no text at all.
    """
    data = _unpacked(path)
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else encoding
    for beginning, what in BEGINNINGS.items():
        if data.startswith(beginning):
            raise ValueError(f"{path} is {what}")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if encoding == "utf-8-sig" else encoding
        raise ValueError(
            f"{path} is not {name}: line {line} holds the byte 0x{data[error.start]:02x}; "
            f"set dataset.encoding= for a table, such as gb18030, or convert it: "
            f"iconv -f GB18030 -t UTF-8"
        ) from None


def _unpacked(path: Path) -> bytes:
    """Read a file's bytes; gzip is known by its first two, whatever the file is called."""
    with path.open("rb") as file:
        head = file.read(len(PACKED))
        if head != PACKED:
            return _bounded(path, head + file.read(FILE))
    try:
        with gzip.open(path) as file:
            return _bounded(path, file.read(FILE + 1))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path} is gzip that cannot be unpacked: {error}") from None


def _bounded(path: Path, data: bytes) -> bytes:
    if len(data) > FILE:
        raise ValueError(
            f"{path} is larger than {FILE >> 30} GiB; split it, or write it as Parquet"
        )
    return data
