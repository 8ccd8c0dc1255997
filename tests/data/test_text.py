"""The text of a file: packed or not, and what is said of a file that holds none."""

import gzip

import pytest

from promptlab.data.text import decode


def test_gzip_is_known_by_its_content(tmp_path):
    (tmp_path / "plain.txt").write_bytes(gzip.compress("你好\r\n".encode()))
    assert decode(tmp_path / "plain.txt") == "你好\r\n"


@pytest.mark.parametrize("cut", [5, -4])
def test_gzip_that_is_cut_is_named(tmp_path, cut):
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"text " * 100)[:cut])
    with pytest.raises(ValueError, match=r"x.gz is gzip that cannot be unpacked"):
        decode(tmp_path / "x.gz")


def test_gzip_that_is_damaged_is_named(tmp_path):
    data = bytearray(gzip.compress(b"some text " * 100))
    data[15] ^= 0xFF
    (tmp_path / "x.gz").write_bytes(data)
    with pytest.raises(ValueError, match=r"x.gz is gzip that cannot be unpacked"):
        decode(tmp_path / "x.gz")


@pytest.mark.parametrize(
    ("beginning", "what"),
    [
        (b"GGUF\x03", "a model in GGUF"),
        (b"PAR1", "a Parquet table; read it with dataset=parquet"),
        (b"PK\x03\x04", "a zip archive or a workbook"),
        (b"version https://git-lfs.github.com", "git lfs pull"),
    ],
)
def test_a_file_that_is_often_given_by_mistake_is_told(tmp_path, beginning, what):
    (tmp_path / "data").write_bytes(beginning + b"\0\xff")
    with pytest.raises(ValueError, match=what):
        decode(tmp_path / "data")


def test_a_file_beyond_the_bound_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("promptlab.data.text.FILE", 1000)
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"0" * 100_000))
    (tmp_path / "x").write_bytes(b"0" * 1001)
    for name in ("x", "x.gz"):
        with pytest.raises(ValueError, match=rf"{name} is larger than"):
            decode(tmp_path / name)
