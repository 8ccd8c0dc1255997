"""What components read of this disk beside the data: runs that are remembered, models in folders.

Their config names the place alone, and the place may hold something else by now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass


def on_disk(*components: object) -> list[str]:
    """List what names the content of all that these, and those within them, read on this disk."""
    return [content for each in components for content in _read(each)]


def _read(part: object) -> Iterator[str]:
    content = getattr(part, "on_disk", "")
    if isinstance(content, str) and content:
        yield content
    within = part if isinstance(part, Mapping) else {}
    if is_dataclass(part) and not isinstance(part, type):
        within = {field.name: getattr(part, field.name) for field in fields(part)}
    for each in within.values():
        yield from _read(each)
