"""Orders of items are found in what models write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptlab.extract.options.order import order
from promptlab.types import Question

ASKED = Question("q", "Order by size.", choices=("Mars", "the Moon", "Jupiter"))
FRUIT = Question("q", "从小到大排列。", choices=("西瓜", "葡萄", "苹果"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("B, A, C", "BAC"),
        ("B > A > C", "BAC"),
        ("B<A<C.", "BAC"),
        ("(b) (a) (c)", "BAC"),
        ("The order is B, then A, and finally C.", "BAC"),
        ('["B", "A", "C"]', "BAC"),
        ('["the Moon", "Mars", "Jupiter"]', "BAC"),
        ("The Moon, Mars, Jupiter", "BAC"),
        ("1. B. the Moon\n2. A. Mars\n3. C. Jupiter", "BAC"),
        ("1. The Moon: it is the smallest.\n2. Mars, which is next.\n3. Jupiter", "BAC"),
        ("- B\n- A\n- C", "BAC"),
        ("A is Mars. C is a giant.\nThe answer: B → A → C", "BAC"),
        ("A, B, C? No: B, A, C.", "BAC"),
        ("B, A, B, C", "BAC"),
        ("B, A", "BA"),
        ("Ｂ，Ａ，Ｃ", "BAC"),
        ("B", ""),
        ("I cannot say.", ""),
        ("", ""),
        ("D, E, F", ""),
    ],
)
def test_an_order_is_read(text, found):
    assert "".join(order(text, ASKED)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("B、C、A", "BCA"),
        ("顺序是：B，C，A。", "BCA"),
        ("先B，再C，最后A", "BCA"),
        ("葡萄、苹果、西瓜", "BCA"),
        ("葡萄<苹果<西瓜", "BCA"),
        ("第一是葡萄，第二是苹果，第三是西瓜。", "BCA"),
        ("1、葡萄\n2、苹果\n3、西瓜", "BCA"),
        ("A是西瓜，很大。所以答案是 B→C→A", "BCA"),
    ],
)
def test_chinese_orders_are_read(text, found):
    assert "".join(order(text, FRUIT)) == found


def test_without_choices_letters_are_items():
    assert order("C, A, B", Question("q", "?")) == ("C", "A", "B")


def test_items_are_those_that_the_question_lists():
    asked = Question("q", "Order by size.\nA. Mars\nB. the Moon\nC. Jupiter")
    assert order("The Moon, Mars, Jupiter", asked) == ("B", "A", "C")


def test_of_one_item_the_order_is_itself():
    assert order("A", Question("q", "?", choices=("one",))) == ("A",)


@given(st.text(max_size=80))
def test_an_order_names_items_of_the_question_once(text):
    found = order(text, ASKED)
    assert len(set(found)) == len(found) <= 3
    assert set(found) <= set("ABC")


@given(st.permutations("ABC"), st.sampled_from([", ", " > ", "\n", "，", "、"]))
def test_what_is_written_is_read(items, joint):
    assert list(order(joint.join(items), ASKED)) == items
