"""A picture of few colours as a PNG file: one byte a pixel, deflated.

PNG (Portable Network Graphics) Specification, W3C: an indexed image, with one colour left out.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence


def png(rows: Sequence[bytes], colours: Sequence[str]) -> bytes:
    """Write a picture.

    Args:
        rows: One byte for each pixel: the number of its colour; one more than the last is no
            colour at all.
        colours: As `#rrggbb`, at most 255.

    Raises:
        ValueError: there is no pixel, or rows differ in length.
    """
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not max(widths):
        raise ValueError(f"rows have {sorted(widths)} pixels; expected rows of one length")
    size = struct.pack(">IIBBBBB", max(widths), len(rows), 8, 3, 0, 0, 0)
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in colours) + b"\0\0\0"
    opaque = b"\xff" * len(colours) + b"\0"
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = ((b"IHDR", size), (b"PLTE", palette), (b"tRNS", opaque), (b"IDAT", pixels))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def data_uri(picture: bytes) -> str:
    """Write a picture as an address that holds it."""
    return "data:image/png;base64," + b64encode(picture).decode()


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
