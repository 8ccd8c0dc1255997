"""A model's own next question is told from the asked one that it says again."""

import pytest

from promptlab.extract import Extract, read
from promptlab.types import Completion, Question, Task

NUMBER = Task(answer="number")
QUESTION = Question("q", "A farm has 6 goats and buys 5 more. How many goats does it have?")
FARM = Question("q", "农场有6只羊，又买了5只，一共有多少只羊？")
NEW = "Lea reads 30 pages and 12 more. How many pages does she read?"
INLINE = [
    *("Q:", "Q2:", "Question:", "Question 2:", "**Question:**", "Problem:", "Problem 3.", "Input:"),
    *("Example 3:", "Exercise 1:", "Human:", "User:", "### Instruction:", "Next question:"),
    *("Here's another problem:", "[Question]", "<|user|>", "A new task:"),
]
ALONE = ["**Question 2**", "### Question", "## Problem", "[Question]", "#Task"]
HEADINGS = [f"{name} " for name in INLINE] + [
    f"{name}\n" for name in [*INLINE, *ALONE, "<|user|>", "<|im_start|>user"]
]


def shown(text, question=QUESTION, task=NUMBER, extract=Extract()):
    answer = read(Completion(text), task, question, extract)
    return answer.text or answer.outcome


@pytest.mark.parametrize("heading", HEADINGS)
@pytest.mark.parametrize("policy", ["after", "last"])
def test_the_first_answer_counts_where_a_new_question_follows(heading, policy):
    solution = "\nAnswer: 30 + 12 = 42. The answer is 42."
    stated = f"6 + 5 = 11. The answer is 11.\n\n{heading}{NEW}{solution}"
    worked = f"The farm has 6 + 5 = 11 goats.\n\n{heading}{NEW}{solution}"
    assert shown(stated, extract=Extract(policy)) == "11"
    assert shown(worked, extract=Extract(policy)) == "11"


@pytest.mark.parametrize(
    "heading",
    ["问题：", "题目：", "问：", "问题2：", "第2题：", "**问题**\n", "例3：", "用户：", "下一题："],
)
def test_chinese_headings_are_headings(heading):
    text = f"6+5=11。\n\n{heading}小李读了30页，又读了12页，一共多少页？\n解：30+12=42。答案是42。"
    assert shown(text, FARM) == "11"


@pytest.mark.parametrize(
    "text",
    [
        "There are 6 and 5 goats.\n\n**Question:** How many goats?\n\n**Solution:** 6 + 5 = 11",
        "Given: 6 goats.\nProblem: A farm has 6 goats and buys 5 more. How many goats?\n6 + 5 = 11",
        "We have 2 numbers.\n## Question\nHow many goats does the farm have?\n\nThe answer is 11.",
        "In 2 steps.\nQuestion 1: How many goats? 5\nQuestion 2: How many goats in all? 6+5=11",
        "Question: A farm has 6 goats and buys 5. How many?\nAnswer: 11\n\nQuestion: "
        + NEW
        + "\nAnswer: 42",
    ],
)
def test_a_question_that_is_said_again_is_answered_by_what_follows(text):
    assert shown(text) == "11"


def test_a_chinese_question_that_is_said_again_is_answered_by_what_follows():
    assert shown("已知：6只羊，买了5只。\n问题：农场一共有多少只羊？\n解：6+5=11。", FARM) == "11"


def test_a_stated_answer_counts_even_where_the_same_question_follows():
    assert shown(f"The answer is 11.\n\nQ: {QUESTION.text}\nA: 12") == "11"


def test_no_answer_before_a_new_question_is_none():
    assert shown(f"The answer is unknown.\n\nQ: {NEW}\nA: 42") == "unparsed"


def test_a_new_question_of_words_differs_by_a_word():
    question = Question("q", "What is the capital of France?")
    text = "Paris\n\nQ: What is the capital of Japan?\nA: Tokyo"
    assert shown(text, question, Task(answer="text")) == "Paris"
    labels = Task(answer="label", labels=("good", "bad"))
    assert (
        shown("good\n\nInput: It was dull.\nOutput: bad", Question("q", "Fine!"), labels) == "good"
    )


def test_a_word_in_a_line_is_no_heading():
    assert shown("Example\n6 goats\nProblem\nsolved: 6 + 5 = 11") == "11"
