"""Yes and no: the ways in which files write them, which mean the same."""

from typing import Literal

YES_NO = (
    ("yes", "no"),
    ("true", "false"),
    ("是", "否"),
    ("是的", "不是"),
    ("对", "错"),
    ("正确", "错误"),
    ("真", "假"),
    ("y", "n"),
    ("t", "f"),
    ("1", "0"),
)
"""Pairs, of which data are told to be yes or no by the first three."""


def meaning(written: str) -> Literal["yes", "no"] | None:
    """Return what a whole answer means; None where it is neither yes nor no."""
    bare = written.strip().rstrip(".。!！").casefold()
    if any(bare == yes for yes, _ in YES_NO):
        return "yes"
    return "no" if any(bare == no for _, no in YES_NO) else None
