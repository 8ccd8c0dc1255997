"""After an announcement, a number, a sentence or a solution is read for what it concludes."""

import pytest

from promptlab.extract import Extract, read
from promptlab.types import Completion, Question, Task

QUESTION = Question("q", "How many shells does Mia have?")


def shown(text, extract=Extract(), question=QUESTION):
    answer = read(Completion(text), Task(answer="number"), question, extract)
    return answer.text or answer.outcome


@pytest.mark.parametrize(
    "heading", ["Answer:", "**Final answer:**", "### Answer\n\n", "A:", "答："]
)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("After giving away 4 shells, Mia has 21 shells.", "21"),
        ("If she finds 4 more, Mia will have 21 shells.", "21"),
        ("Mia will have 21 shells if she finds 4 more.", "21"),
        ("Since there are 3 bags, Mia fills each with 21 shells.", "21"),
        ("Mia has 21 shells in 3 bags.", "21"),
        ("In 3 days Mia finds 21 shells.", "21"),
        ("Each of the 4 girls gets 21 shells.", "21"),
        ("The 4 girls find 21 shells a day.", "21"),
        ("She has 25 - 4 = 21 shells after 2 days.", "21"),
        ("The sum of 4 and 17 is 21.", "21"),
        ("Mia has a total of 21 shells.", "21"),
        ("She had 25, so she has 21 left.", "21"),
        ("4 bags hold 21 shells.", "21"),
        ("21 shells, because 25 - 4 is 21 and 4 are gone.", "21"),
        ("21\n\nExplanation: 25 - 4 = 21, of 30 in all", "21"),
        ("Mia has 21 shells. This is because she gave 4 away.", "21"),
        ("It takes 21 minutes to collect 4 shells.", "21"),
        ("Mia has twenty-one shells.", "21"),
    ],
)
def test_a_sentence_concludes_what_it_says_and_not_what_it_speaks_of(heading, text, expected):
    assert shown(f"Let me think.\n\n{heading} {text}") == expected


@pytest.mark.parametrize(
    "text",
    [
        "Step 1: Mia had 25 shells.\nStep 2: She gave 4 away.\nStep 3: She has 21 left.",
        "1. Mia had 25 shells.\n2. She gave 4 away, so 21 are left.",
        "- 25 shells at first\n- 25 - 4 = 21",
        "Step 3: Mia has 21 left.",
        "Mia had 25 shells. She gave 4 away. So she has 21.",
        "25 - 4\n= 21",
        "30 - 5 = 25\n25 - 4 = 21",
    ],
)
def test_a_solution_concludes_what_its_last_sentence_does(text):
    assert shown(f"Answer:\n\n{text}") == "21"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("答案：她送出4个之后，还有21个贝壳。", "21"),
        ("答案：如果再找到4个，就有21个贝壳。", "21"),
        ("答案：每个盒子有7个，3个盒子一共有21个。", "21"),
        ("答案：这4个人一共有21个贝壳。", "21"),
        ("答案：\n第1步：25-4=21\n第2步：所以还剩21个。", "21"),
        ("答案：二十一个。", "21"),
        ("最终答案：21个，因为25减4。", "21"),
    ],
)
def test_chinese_sentences_are_read_for_what_they_conclude(text, expected):
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The answer is 21 for 3 girls. They have 4 bags.", "21"),
        ("The answer is that after finding 4 more, Mia has 21.", "21"),
        ("The answer is 25 - 4, which is 21.", "21"),
        ("The answer is 4 or 21.", "unparsed"),
        ("Answer: y = 4 or y = 21.", "unparsed"),
        ("It was 4. The answer is 2√3.", "unparsed"),
        ("It was 4. Answer: the way is 5 km 300 m long.", "unparsed"),
    ],
)
def test_a_complement_is_the_answer_as_far_as_it_is_understood(text, expected):
    assert shown(text) == expected


def test_read_literally_an_announcement_is_followed_by_its_first_digits():
    assert shown("Answer: After 4 more, 21.", Extract(digits_only=True)) == "4"
