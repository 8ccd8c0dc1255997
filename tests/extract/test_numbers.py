"""A number is read wholly, or it is not read at all."""

import pytest

from promptlab.extract import Extract, canonical, key, read, same
from promptlab.extract.number.numbers import mentions
from promptlab.types import Completion, Question, Task

NUMBER = Task(answer="number")
QUESTION = Question("q", "How many eggs are left?")


def value(text, question=QUESTION):
    return canonical(text, NUMBER, question)


def said(text):
    answer = read(
        Completion(f"There were 9 at first. The answer is {text}."), NUMBER, QUESTION, Extract()
    )
    return answer.text or answer.outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("negative 8", "-8"),
        ("minus 2.5", "-2.5"),
        ("Minus eleven", "-11"),
        ("负8", "-8"),
        ("零下１２度", "-12"),
        ("零下十二度", "-12"),
        ("负数7", "-7"),
        ("8 below zero", "-8"),
        ("8 °C below zero", "-8"),
        ("eight degrees below zero", "-8"),
        ("9 minus 4 = 5", "5"),
    ],
)
def test_a_sign_in_words_is_a_sign(text, expected):
    assert value(text) == expected
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5²", "25"),
        ("2⁻²", "0.25"),
        ("2^{-2}", "0.25"),
        ("4×10³", "4000"),
        (r"20,\!450", "20450"),
        (r"7\ 000", "7000"),
        (r"\frac 2 5", "0.4"),
        (r"\frac 25", "0.4"),
        (r"\frac{2{,}000}{16}", "125"),
        (r"\frac{-2}{5}", "-0.4"),
        (r"2\frac{1}{4}", "2.25"),
        (r"45^\circ", "45"),
        ("6 cm²", "6"),
    ],
)
def test_powers_and_latex_are_read_with_all_their_parts(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 hundred and thirty six", None),
        ("4 thousand 250", None),
        ("2 1/2 dozen", None),
        ("4 thousand and that is all", "4000"),
        ("two thirds", "0.666666666667"),
        ("a quarter", "0.25"),
        ("four and a half", "4.5"),
        ("4 and a half", "4.5"),
        ("2 fifths", "0.4"),
        ("half a million", "500000"),
        ("three and a half thousand", "3500"),
        ("two point four million", "2400000"),
        ("six hundred and nine", "609"),
        ("one thousand, six hundred and nine", "1609"),
        ("three dozen", "36"),
        ("2.5k", "2500"),
        ("$4.2M", "4200000"),
        ("五分之二", "0.4"),
        ("5分之2", "0.4"),
        ("3又1/4", "3.25"),
        ("三又四分之一", "3.25"),
        ("三亿四千万", "340000000"),
        ("3亿4000万", "340000000"),
        ("6千", "6000"),
        ("6千米", "6"),
        ("2万6千", "26000"),
        ("二万六", "26000"),
        ("六点二万", "62000"),
        ("两个半", "2.5"),
        ("一半", "0.5"),
    ],
)
def test_fractions_and_scales_in_words_are_read(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.321,09", "4321.09"),
        ("4.321.000", "4321000"),
        ("4 321,5", "4321.5"),
        ("4\u00a0321", "4321"),
        ("4'321", "4321"),
        ("4_321", "4321"),
        ("43,21,000", "4321000"),
        ("４，３２１", "4321"),
        ("0,25", "0.25"),
    ],
)
def test_the_separators_of_other_languages_are_read(text, expected):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21 = 3 * 7", "21"),
        ("y = 21 = 3 × 7", "21"),
        ("21 (3 × 7 = 21)", "21"),
        ("3 * 7 = 21 = 42 / 2", "21"),
        ("20 plus 1 equals 21", "21"),
        ("二十一", "21"),
        (r"\sqrt{8} = 2\sqrt{2} \approx 2.83", "2.83"),
    ],
)
def test_a_calculation_is_its_result_on_whichever_side_that_stands(text, expected):
    assert value(text) == expected


PARTLY = (
    r"2√5|4π|4\pi|\frac{\pi}{3}|\frac{\sqrt{5}}{2}|2\sqrt{5}|\sqrt[3]{5}|7x|7 x|x + 7|x/7|2 = 7y|"
    r"7^x|2^3^4|(-2)^3|2e3e4|3 + 2i|12_3|0.\overline{7}|7‰|4 squared|the square root of 7|twice 7|"
    "±7|3 ± 7|6:15|4:7|(4, 7)|(4,7)|(4, 4)|4, 7, 9|2 km 50 m|2 hours 5 minutes|2021-03-09|9/3/2021|"
    "1.2.3|4,7|4 or 7|either 4 or 7|both 4 and 7|4-7|4–7|4 to 7|x = 4 or x = 7|"
    "4 apples and 7 pears|4 + 7|4 * 7|4或7|4和7|4、7|4到7|4比7|2小时5分|4点20分|４：７|8折|3万5|"
    "七八|四五十|十几|三点半|二三|four or seven|four, seven|twenty forty|five six|twenty-third"
)


@pytest.mark.parametrize("text", PARTLY.split("|"))
def test_what_is_understood_in_part_is_no_value(text):
    assert value(text) is None
    assert said(text) == "unparsed"


def test_of_several_things_the_one_that_was_asked_for_counts():
    text = "4 dimes and 7 pennies"
    assert value(text, Question("q", "How many pennies has she?")) == "7"
    assert value(text, Question("q", "How much has she?")) is None


def test_the_same_value_said_twice_is_one():
    assert value("1/4 or 0.25") == "0.25"
    assert value("1/4 or 0.5") is None


def test_equal_numbers_with_commas_are_one_number_and_a_point_is_none():
    assert said("4, 4, 4") == "4"
    assert said("4, 4, 5") == "unparsed"
    assert said("(4, 4)") == "unparsed"
    assert value("add 4 and 4") is None


def test_a_factorial_is_not_its_number():
    assert said("4! = 24") == "24"
    assert value("4! * 2") is None
    assert said("4!") == "4"


def test_coins_and_dozens_that_are_counted_are_things():
    assert value("3 quarters", Question("q", "How many quarters has he?")) == "3"
    assert value("three quarters", Question("q", "How many quarters has he?")) == "3"
    assert value("5 dozen", Question("q", "How many dozen eggs?")) == "5"
    assert value("3 quarters") == "0.75"


@pytest.mark.parametrize("text", ["Step 4", "step 4:", "第4步", "步骤4", "④", "Question 4."])
def test_what_numbers_a_step_is_no_number(text):
    assert mentions(text, QUESTION) == []


def test_what_numbers_the_items_of_a_list_is_no_number():
    text = "1. Ann has six.\n2. She eats 5.\n3) One is left"
    assert [mention.value for mention in mentions(text, QUESTION)] == ["5"]
    assert [mention.value for mention in mentions("7. That is all.", QUESTION)] == ["7"]


def test_votes_for_one_value_are_one_class_however_it_is_written():
    written = ["0.25", r"\frac{1}{4}", "1/4", "a quarter", "四分之一", "¼", "0,25"]
    assert len({key(text, NUMBER) for text in written}) == 1
    assert not same("2:3", "2:5", NUMBER)
    assert not same("12:30", "12", NUMBER)
