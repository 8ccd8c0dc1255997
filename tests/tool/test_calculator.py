"""A calculator: exact, bounded, and never more than arithmetic."""

import pytest

from promptlab.tool.calculator import Calculator
from promptlab.types import RequestFailed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 + 4", "7"),
        ("(3 + 4) * 2.5", "17.5"),
        ("0.1 + 0.2", "0.3"),
        ("1/3", "0.333333333333"),
        ("200/3", "66.6666666667"),
        ("1/1024", "0.0009765625"),
        ("2 ** 10", "1024"),
        ("2^-2", "0.25"),
        ("7 // 2", "3"),
        ("-7 % 3", "2"),
        ("1,000 × 2 =", "2000"),
        ("６ ÷ ４", "1.5"),
        ("（3 − 5）", "-2"),
        ("$12 * 3", "36"),
        ("10 * (50%)", "5"),
    ],
)
def test_arithmetic_is_exact(text: str, value: str) -> None:
    assert Calculator()(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seven",
        "__import__('os').system('true')",
        "x = 3",
        "3 if 1 else 2",
        "(lambda: 1)()",
        "1e999999999",
        "True + 1",
        "2 ** 0.5",
        "1 +",
        "[1, 2]",
        "\x00",
    ],
)
def test_what_is_no_arithmetic_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(RequestFailed, match=r"expected numbers, .* such as \(3 \+ 4\) \* 2"):
        Calculator()(text)


@pytest.mark.parametrize("text", ["9**9**8", "9**9999999", "(" * 300 + "1", "1+" * 600 + "1"])
def test_what_grows_too_large_is_refused(text: str) -> None:
    with pytest.raises(RequestFailed):
        Calculator()(text)


def test_a_division_by_zero_is_said() -> None:
    with pytest.raises(RequestFailed, match=r"'1 / \(2 - 2\)' divides by zero"):
        Calculator()("1 / (2 - 2)")
