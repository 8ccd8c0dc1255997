"""A check is made whatever it raises, and says what was found."""

import pytest

from promptlab.verification.check import Check, NotGiven, agree, made


def check(compute, expected=1.0, within=1e-9):
    return Check("group", "name", "source", expected, compute, within)


@pytest.mark.parametrize(
    ("expected", "found", "within", "same"),
    [
        (1.0, 1, 1e-9, True),
        (0.1 + 0.2, 0.3, 1e-9, True),
        (71.47, 71.4, 0.2, True),
        (71.47, 71.2, 0.2, False),
        (1.0, float("nan"), 1.0, False),
        ("A", "A", 1e-9, True),
        ("A", "B", 1e-9, False),
        ("1", 1.0, 1e-9, False),
        (1.0, (1.0,), 1e-9, False),
        ((1.0, 2.0), (1.0, 2.0), 1e-9, True),
        ((1.0, 2.0), (1.0,), 1e-9, False),
        ((1.0, 2.0), (1.0, 2.5), 1e-9, False),
        (("a",), ("b",), 1e-9, False),
    ],
)
def test_values_agree_to_the_letter_or_within_a_distance(expected, found, within, same):
    assert agree(expected, found, within) is same


def test_what_is_raised_is_a_difference_and_what_is_missing_is_left_out():
    def raising(error):
        def compute():
            raise error

        return made(check(compute))

    broken = raising(ZeroDivisionError("by zero"))
    assert (broken.same, broken.left_out) == (False, False)
    assert broken.note == "ZeroDivisionError: by zero"
    assert raising(FileNotFoundError("x")).left_out is False
    broken = raising(ValueError("x.jsonl: it is empty"))
    assert (broken.note, broken.left_out) == ("x.jsonl: it is empty", False)
    for error in (ModuleNotFoundError("no x"), NotGiven("no file")):
        assert raising(error).left_out is True


def test_a_finding_is_plain_data():
    plain = made(check(lambda: 2.0)).plain
    assert plain["same"] is False
    assert (plain["expected"], plain["found"], plain["name"]) == (1.0, 2.0, "name")
