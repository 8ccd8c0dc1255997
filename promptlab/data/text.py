"""The text of a file, decoded; a byte that is not text is named with its line."""

from pathlib import Path


def decoded(path: Path, encoding: str = "utf-8-sig") -> str:
    """Read a file, without a byte order mark and with its line ends as they are.

    Raises:
        ValueError: the file is not in this encoding.
    """
    data = path.read_bytes()
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
