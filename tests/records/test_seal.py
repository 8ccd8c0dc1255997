"""A line that was changed, moved to another run, or written by another shows by its seal."""

from hypothesis import given
from hypothesis import strategies as st

from promptlab.records.seal import add_seal, sealed_position

LINE = '{"id": "q1", "text": "四 \\u2028"}'.encode()


def test_a_sealed_line_says_its_place():
    assert sealed_position(add_seal(LINE, 17, "run"), "run") == 17
    assert add_seal(LINE, 17, "run").startswith(LINE[:-1] + b', "seal": "17:')


def test_a_line_of_another_run_does_not_fit_its_seal():
    assert sealed_position(add_seal(LINE, 17, "run"), "other") == 0


def test_a_line_without_a_seal_has_no_place():
    assert sealed_position(LINE, "run") is None


def test_a_line_of_a_run_that_nobody_knows_is_taken_at_its_word():
    assert sealed_position(add_seal(LINE, 17, "run"), None) == 17


@given(st.data())
def test_any_changed_byte_shows(data):
    line = bytearray(add_seal(LINE, 17, "run"))
    at = data.draw(st.integers(0, len(line) - 1))
    line[at] ^= data.draw(st.integers(1, 255))
    assert sealed_position(bytes(line), "run") in (0, None)
