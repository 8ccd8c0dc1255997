"""Answers are read off completions of every manner, and what cannot be read is told apart."""

import pytest

from promptlab.extract import Extract, read
from promptlab.types import Answer, Completion, Question, Task

AFTER = Extract()
QUESTION = Question("q", "How many eggs are left?")
PLACES = Question("q", "Where is it?", ("bank", "library", "department store", "mall", "new york"))
FACTORS = Question("q", "Which?", ("4", "2", "8", "16"))
CHINESE = Question("q", "最主要的生产资料是", ("农业生产工具", "土地", "劳动力", "资金"))


def answer(text, kind, question=QUESTION, *, labels=(), extract=AFTER, finish="stop") -> Answer:
    return read(Completion(text, finish), Task(answer=kind, labels=labels), question, extract)


def shown(*args, **kwargs) -> str:
    found = answer(*args, **kwargs)
    assert (found.text != "") == (found.outcome == "parsed")
    return found.text or found.outcome


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The answer is 18.", "18"),
        ("So the final answer is **$1,234.50**.", "1234.5"),
        ("16 - 7 = 9\n#### 42", "42"),
        ("16-7=9\nA: 18", "18"),
        ("\\boxed{\\frac{1}{2}} of 40", "0.5"),
        ("$\\boxed{18}$ and 5 more", "18"),
        ("The final answer is: $\\boxed{1{,}000}$", "1000"),
        ("The answer is\n\n\\[ \\boxed{7} \\]", "7"),
        ("Thus the answer is\n$$\n42\n$$", "42"),
        ("答案是：25。", "25"),
        ("所以一共有12个苹果，答案为12个。", "12"),
        ("答案是二十五。", "25"),
        ("答：小明有15个苹果。", "15"),
        ("答案：\\boxed{３２０}", "320"),
        ("最终答案为 -3.5", "-3.5"),
        ("The answer is −5.", "-5"),
        ("The answer is 1/2.", "0.5"),
        ("The answer is 50%.", "50"),
        ("The answer is five apples.", "5"),
        ("The answer is (5).", "5"),
        ("The answer is 9 * 2 = $18 per day", "18"),
        ("The answer (arabic numerals) is 12.", "12"),
        ("The answer to the question is 18 dollars.", "18"),
        ("x = 5, so 2x = 10. The answer is x = 5.", "5"),
        ("**Answer:** 18\n\n**Explanation:** 9 eggs at $2", "18"),
        ("### Final Answer\n\n18", "18"),
        ("<answer>18</answer>", "18"),
        ("18\n\nExplanation: 16-3-4=9, 9*2", "18"),
        ("The answer is **not** 5 but 6.", "6"),
        ("The answer is 12 rows times 4 seats, which equals 48 seats.", "48"),
        ('{"answer": 6, "confidence": 0.9}', "6"),
        ("The answer is 9. I hope my answer is helpful, for 2 of us.", "9"),
        ("Answer: Janet has 16 - 3 - 4 = 9 eggs. She makes 9 * 2 = $18.", "18"),
    ],
)
def test_numbers_are_read_after_a_trigger(text, expected):
    assert shown(text, "number") == expected


def test_a_chain_that_states_its_answer_twice_corrects_itself():
    assert shown("The answer is 5. Wait, no. The answer is 6.", "number") == "6"


def test_a_question_the_model_goes_on_to_ask_is_not_answered():
    assert shown("The answer is 5.\n\nQ: What is 2+2?\nA: The answer is 4.", "number") == "5"
    assert shown("巴黎\n\n问题：日本的首都？\n答：东京", "text") == "巴黎"


def test_without_a_trigger_the_last_candidate_counts():
    assert shown("I have 3 apples and 4 pears, so 7", "number") == "7"


@pytest.mark.parametrize(("policy", "expected"), [("first", "3"), ("last", "7"), ("after", "5")])
def test_the_policy_says_where_to_look(policy, expected):
    text = "With 3 the answer is 5, not 7"
    assert shown(text, "number", extract=Extract(policy)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("5\nI had 3 and 2. The answer is 6.", "number", "5"),
        ("With 3 the answer is 5, not 7", "number", "5"),
        ("I would say 3 apples, out of a basket of 9", "number", "3"),
        ("2 - 6 is below zero. The answer is negative 4.", "number", "-4"),
        ("It is far away. The answer is Mt. Logan.", "text", "Mt. Logan"),
        ("Paris\nIt lies on the Seine.", "text", "Paris"),
    ],
)
def test_a_reply_is_read_for_what_it_opens_with_or_announces(text, kind, expected):
    assert shown(text, kind, extract=Extract("reply")) == expected


def test_triggers_are_ones_own():
    extract = Extract(triggers=("my verdict:",))
    assert shown("My  **verdict**: 4. The answer is 5.", "number", extract=extract) == "4"


def test_literal_reads_runs_of_digits_as_the_first_papers_did():
    extract = Extract("first", digits_only=True)
    texts = ["3/4.", "5 + 3 = 8", "$1,000.50", "five", "-2 degrees"]
    read_literally = [shown(text, "number", extract=extract) for text in texts]
    assert read_literally == ["3", "5", "1000.50", "unparsed", "-2"]


def test_an_unknown_policy_is_refused_with_the_valid_ones():
    with pytest.raises(ValueError, match="after, reply, first, last"):
        Extract(policy="middle")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<think>the answer is 5</think>The answer is 6", "6"),
        ("the answer is 5, I think</think>\n\n6", "6"),
        ("<thinking>5</thinking>\n6 <think>7</think>", "6"),
        ("<think>maybe the answer is 5", "unparsed"),
        ("[THINK]5[/THINK]6", "6"),
        ("<|channel|>analysis<|message|>5<|end|><|channel|>final<|message|>6", "6"),
    ],
)
def test_what_is_thought_is_not_read(text, expected):
    assert shown(text, "number") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "unparsed"),
        ("The answer is unknown.", "unparsed"),
        ("12 apples. The answer is unknown.", "unparsed"),
        ("The answer cannot be determined from the 3 facts given.", "unparsed"),
        ("Answer: No solution exists for x = 2.", "unparsed"),
        ("Answer: There are 3 sacks, but their weight is not given.", "unparsed"),
        ("无解，因为判别式为-3。", "unparsed"),
        ("y > 5", "unparsed"),
        ("The answer is 10%–15%.", "unparsed"),
        ("The answer would be 7 if x were 2, but x is 3, so the answer is 8.", "8"),
        ("已知3个条件，无法确定答案。", "unparsed"),
        ("I'm sorry, but I can't help with that.", "refused"),
        ("I cannot provide an answer to question 7.", "refused"),
        ("As an AI language model, I do not count.", "refused"),
        ("抱歉，我无法回答这个问题。", "refused"),
        ("作为一个人工智能，我没有看法。", "refused"),
        ("I can't see more than 7 eggs.\nThe answer is 7.", "7"),
    ],
)
def test_what_cannot_be_read_is_told_apart(text, expected):
    assert shown(text, "number") == expected


def test_a_chain_that_was_cut_before_its_answer_is_truncated():
    assert shown("There are 3 and then 4", "number", finish="length") == "truncated"
    assert shown("<think>hm, 4", "number", finish="length") == "truncated"
    assert shown("The answer is 4. And then", "number", finish="length") == "4"
    assert shown("4\n\nThen there are 5", "number", finish="length") == "4"
    assert shown("There are 3", "number", extract=Extract("first"), finish="length") == "3"


def test_the_rationale_is_what_comes_before_the_answer():
    text = "<think>hm</think>She has 9 eggs, at $2. So the answer is 18."
    assert answer(text, "number").rationale == "She has 9 eggs, at $2."
    assert answer("九个蛋，每个两元。所以答案是18。", "number").rationale == "九个蛋，每个两元。"
    assert answer("No number.", "number").rationale == "No number."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            (text, "B")
            for text in ("(B)", "B.", "b)", "b", "Option B", "**B**", "B) library", "(Ｂ)")
        ],
        *[
            (text, "B")
            for text in ("library", "Library.", "A library is the answer.", "B: library")
        ],
        ("\\boxed{\\text{B}}", "B"),
        ("The answer is option (d).", "D"),
        ("The correct option is (C) department store.", "C"),
        ("The answer is a mall.", "D"),
        ("I think it is the mall", "D"),
        ("The answer is A.", "A"),
        ("My choice is new york.", "E"),
        ("The answer is not A. The answer is B.", "B"),
        ("A. bank - no\nB. library - no\nD. mall\nThe best answer is D", "D"),
        ("A bank has revolving doors, so A is best", "A"),
        ("B) library because A is wrong", "B"),
        ("Answer:\nC", "C"),
        ("(F)", "unparsed"),
        ("The answer is (F).", "unparsed"),
        ("A is likely. The answer is (A) or (B).", "unparsed"),
        ("None of these is right.", "unparsed"),
        ("A is close, but the answer is not in the given options.", "unparsed"),
        *[
            (text, "B")
            for text in (
                "ANSWER: $B$",
                "ANSWER: $B",
                "The answer is $B$.",
                "Answer: \\(B\\)",
                "\\boxed{$B$}",
                "$\\boxed{B}$",
                "$\\text{(B)}$",
                "not A but B",
                "B, not A",
                "The answer isn't A, it is B.",
                "I'd say B instead of A.",
                "It is not the bank but the library.",
                "A is wrong. B",
                "A, C and D are wrong, so it is B",
            )
        ],
        *[
            (text, "unparsed")
            for text in (
                "A, B and C",
                "(A), (B)",
                "(A), (B), or (C).",
                "The answer is A, B and C.",
                "both A and D",
                "A/B",
                "neither A nor B",
                "Not B.",
                "bank and library",
            )
        ],
    ],
)
def test_choices_are_read_as_letters(text, expected):
    assert shown(text, "choice", PLACES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("选B", "B"),
        ("答案是B", "B"),
        ("正确答案为：B、土地", "B"),
        ("故选：Ｃ", "C"),
        ("因此选 D。", "D"),
        ("答案是土地。", "B"),
        ("选项B正确", "B"),
        ("我选A", "A"),
        ("答案应该是 C 。", "C"),
        ("不是A，而是B", "B"),
        ("不选A，选B", "B"),
        ("选项A不正确，选C", "C"),
        ("选A、B和C", "unparsed"),
    ],
)
def test_chinese_choices_are_read(text, expected):
    assert shown(text, "choice", CHINESE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(D) is too far off. That leaves (A) and (B) as the best of them.", "unparsed"),
        ("We can rule out (D). So (B) and (C) are both right.", "unparsed"),
        ("It could be (B). Now (D) and (E) can be eliminated.", "B"),
        ("It is B, since we can eliminate choices (A) and (C).", "B"),
        ("Both D and E would do, but E is the more likely answer.", "E"),
        ("The answer must be (A), (C) or (E). (C) is the best choice of these.", "C"),
        ("可以排除A和B。应该是D", "D"),
    ],
)
def test_of_several_choices_in_one_breath_none_is_the_answer_unless_one_is_called_so(
    text, expected
):
    assert shown(text, "choice", PLACES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A mall is large. We can rule out (D). That leaves us with (A) and (B).", "unparsed"),
        ("The mall is too new, so it must be the bank or the library.", "unparsed"),
        ("(A) bank, (B) library, (C) department store, (D) mall.", "unparsed"),
        ("The answer must be (A) bank or (B) library.", "unparsed"),
        ("The answer must be (A) bank or (B) library. (B) library fits best.", "B"),
        ("(B) is right. (C) and (D) can be eliminated.", "B"),
        ("It is (B). We can eliminate (D), since a mall has no books.", "B"),
        ("It is the library. They may also have a bank, a mall, and so on.", "B"),
        ("排除A、C，选B", "B"),
        ("I'd pick B over A.", "B"),
    ],
)
def test_a_list_at_the_end_is_no_answer_nor_is_what_was_ruled_out(text, expected):
    assert shown(text, "choice", PLACES) == expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Where did they not go?", "They did not go to the mall.", "D"),
        ("Where did they not go?", "The answer is not the bank.", "unparsed"),
        ("Which of these is not true?", "B is not true.", "B"),
        ("Which statement is false?", "C is false.", "C"),
        ("What is wrong with the car?", "C is wrong.", "unparsed"),
        ("下列说法错误的是", "A、C、D正确，B错误。", "B"),
    ],
)
def test_a_question_for_what_is_not_so_is_answered_by_what_is_denied(question, text, expected):
    asked = Question("q", question, PLACES.choices)
    assert shown(text, "choice", asked) == expected


def test_options_may_be_said_again_before_one_is_named():
    tones = ("positive", "negative")
    first = Extract("reply")
    assert (
        shown("Positive or negative? Negative", "label", labels=tones, extract=first) == "negative"
    )
    assert shown("It is negative. Positive or negative", "label", labels=tones) == "unparsed"
    assert shown("negative or positive", "label", labels=tones, extract=first) == "unparsed"


def test_the_letters_inside_a_choices_words_are_no_choices():
    vitamins = Question("q", "Which?", ("vitamin D", "both B and C", "iron", "zinc"))
    assert shown("It is vitamin D", "choice", vitamins) == "A"
    assert shown("I would say both B and C", "choice", vitamins) == "B"


def test_a_variable_in_a_formula_is_no_choice():
    assert shown("Let $A$ be the area. It is 5 for $C$ large, so D", "choice", PLACES) == "D"


def test_a_number_among_the_choices_is_a_choice():
    assert shown("The answer is 8", "choice", FACTORS) == "C"
    assert shown("The answer is 2.", "choice", FACTORS) == "B"
    assert shown("The answer is 2.5", "choice", FACTORS) == "unparsed"


def test_choices_inside_the_question_are_its_choices():
    question = Question("q", "What is it? Answer Choices: (A) shelf (B) board (C) church")
    assert shown("probably a board", "choice", question) == "B"
    assert shown("(E)", "choice", question) == "unparsed"
    listed = Question("q", "Which?\nOptions:\n(A) cold rain\n(B) warm rain")
    assert shown("It must be warm rain.", "choice", listed) == "B"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[
            (text, "yes")
            for text in ("Yes.", "TRUE", "**Yes**", "是", "是的，可以。", "正确", "对")
        ],
        *[(text, "no") for text in ("No, it would not.", "false", "否", "不是", "不对", "错误。")],
        ("The answer is yes", "yes"),
        ("答案是是", "yes"),
        ("答案是：否。", "no"),
        ("是否正确？是", "yes"),
        ("There is no reason to doubt it. Yes", "yes"),
        ("Therefore, it is not true.", "no"),
        ("The answer is not known", "unparsed"),
        ("Knowing nothing", "unparsed"),
        ("这是一本书", "unparsed"),
        ("There is no way to know.", "unparsed"),
        ("No way to know.", "unparsed"),
        ("No one knows", "unparsed"),
        ("There is no correct answer.", "unparsed"),
        ("No, there is no doubt", "no"),
        ("No because it is late", "no"),
        ("It is not false.", "yes"),
        ("That isn't wrong at all", "yes"),
        ("It isn't true.", "no"),
        ("I would not say that it is correct.", "no"),
        ("That's not right.", "no"),
        ("Definitely not.", "no"),
        ("Not at all.", "no"),
        ("yes or no", "unparsed"),
        ("neither true nor false", "unparsed"),
        ("not true or false", "unparsed"),
        ("True or false? True", "yes"),
        ("肯定的", "yes"),
        ("答案是肯定的。", "yes"),
        ("回答是否定的。", "no"),
        ("并非如此。", "no"),
        ("没有。", "no"),
        ("没有足够的信息", "unparsed"),
        ("这个说法是正确的。", "yes"),
        ("这不是真的。", "no"),
        ("这个说法并不正确。", "no"),
        ("我们来看看是否正确。", "unparsed"),
    ],
)
def test_yes_and_no_are_read(text, expected):
    assert shown(text, "yes_no") == expected


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Is it an incorrect name?", "So the name is not incorrect here.", "unparsed"),
        ("Is it wrong to lie?", "Lying is wrong.", "unparsed"),
        ("Is it wrong to lie?", "Wrong. It is kind.", "no"),
        ("Is it right or wrong?", "That is wrong.", "no"),
        ("这样做是错误的吗？", "这样做是错误的。", "unparsed"),
    ],
)
def test_the_fault_that_was_asked_about_says_neither_yes_nor_no(question, text, expected):
    assert shown(text, "yes_no", Question("q", question)) == expected


BANKING = ("card_arrival", "card arrival late", "lost_or_stolen_card")
ENTAILED = ("entailment", "not_entailment")


@pytest.mark.parametrize(
    ("text", "labels", "expected"),
    [
        ("card arrival", BANKING, "card_arrival"),
        ("The label is Card_Arrival.", BANKING, "card_arrival"),
        ("card arrival late", BANKING, "card arrival late"),
        ("Lost or stolen card", BANKING, "lost_or_stolen_card"),
        ("not_entailment", ENTAILED, "not_entailment"),
        ("not entailment", ENTAILED, "not_entailment"),
        ("entailment", ENTAILED, "entailment"),
        ("这两句话不相同。", ("相同", "不相同"), "不相同"),
        ("这两句话意思相同", ("相同", "不相同"), "相同"),
        ("这两句话不相同。", ("相同", "不同"), "不同"),
        ("The sentiment is not positive", ("positive", "negative"), "negative"),
        ("It is not neutral", ("neutral", "good", "bad"), "unparsed"),
        ("nonpositively", ("positive", "negative"), "unparsed"),
        ("ＰＯＳＩＴＩＶＥ", ("positive", "negative"), "positive"),
        ("The argument is invalid.", ("valid", "invalid"), "invalid"),
        ("Sci/Tech", ("World", "Sci/Tech"), "Sci/Tech"),
        ("World\n\nArticle: about Sports", ("World", "Sports"), "World"),
        ("答案是：故事", ("故事", "文化"), "故事"),
        ("The answer is good or bad", ("neutral", "good", "bad"), "unparsed"),
    ],
)
def test_labels_are_read_as_the_task_spells_them(text, labels, expected):
    assert shown(text, "label", labels=labels) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (' "fnel".', "fnel"),
        ("The answer is yajo.", "yajo"),
        ("So the answer is: Paris. It is nice.", "Paris"),
        ("The answer is **St. Louis**.", "St. Louis"),
        ("The answer is 3.5 metres.", "3.5 metres"),
        ("答案是“北京”。", "北京"),
        ("**Answer:** Paris", "Paris"),
        ("A: The letters are y and a. Joined, they are 'ya'. The answer is ya.", "ya"),
        ("I'm sorry, but I can't help with that.", "refused"),
        ("The answer is Mt. Rainier.", "Mt. Rainier"),
        ("The answer is Sgt. York. He was brave.", "Sgt. York"),
        ("The answer is Ft. Myers, e.g. The beach is near.", "Ft. Myers, e.g. The beach is near"),
        ("The answer is Austin, U.S.A. It is in Texas.", "Austin, U.S.A"),
        ("The answer is E. B. White.", "E. B. White"),
        ("The answer is Yahoo! Inc.", "Yahoo! Inc"),
        ("The answer is Lima! It is in Peru.", "Lima"),
        ("The answer is Smith & Co. It is a firm.", "Smith & Co"),
    ],
)
def test_text_is_what_the_sentence_states(text, expected):
    assert shown(text, "text") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As an AI language model I feel nothing, but it sounds positive.", "positive"),
        ("I can't help but feel that it is negative.", "negative"),
        ("As an AI, I do not eat. The review is negative.", "negative"),
        ("作为一个人工智能，我没有感情，但这是positive。", "positive"),
        ("I'm unable to assist with this negative text.", "refused"),
        ("As an AI language model, I do not judge positive or negative.", "refused"),
        ("I can't assist. Please write it in a positive tone.", "refused"),
    ],
)
@pytest.mark.parametrize("policy", ["first", "after"])
def test_a_disclaimer_before_an_answer_is_no_refusal(text, expected, policy):
    tones = ("positive", "negative")
    assert shown(text, "label", labels=tones, extract=Extract(policy)) == expected


def test_a_text_of_several_lines_is_read_whole_where_the_task_has_such():
    poem = Task(answer="text", multiline=True)
    for text in ("Roses are red\n  and so am I.", "The answer is:\nRoses are red\n  and so am I."):
        policy = "after" if "answer" in text else "first"
        answer = read(Completion(text), poem, QUESTION, Extract(policy))
        assert answer.text == "Roses are red\n  and so am I."
    assert read(Completion("Paris."), poem, QUESTION, Extract("first")).text == "Paris"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```python\nx = 1\n```", "x = 1"),
        (
            "Here:\n```python\ndef f():\n    return 1\n```\nUse:\n```\nf()\n```",
            "def f():\n    return 1",
        ),
        ("    return 1\n", "    return 1"),
        ("```py\nx = 1", "x = 1"),
    ],
)
def test_code_is_the_first_fence_or_the_text(text, expected):
    assert shown(text, "code") == expected


@pytest.mark.parametrize(
    ("text", "rationale"),
    [
        ("Add one. The answer is\n```\nx = 1\n```", "Add one."),
        ("Draft:\n```\nx = 0\n```\nNo. The answer is:\n\n```python\nx = 1\n```\nDone.", None),
        ("Add one. The answer is:\nx = 1\n", "Add one."),
        ("Add one. The answer is x = 1", "Add one."),
        ("把它加一。答案是：\n```\nx = 1\n```", "把它加一。"),
        ("It holds ``` in a line. The answer is\n````\nx = 1\n````", None),
    ],
)
def test_code_after_reasoning_is_what_a_trigger_announces(text, rationale):
    answer = read(Completion(text), Task(answer="code"), QUESTION, Extract("after"))
    assert answer.text == "x = 1"
    assert rationale in (None, answer.rationale)


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("The answer is\n```\nx = 1\n```\nFor 1 the answer is:\n```\n2\n```", "x = 1"),
        ("The answer is ```python\nx = 1\n```", "x = 1"),
        ("The answer is:\n~~~py\nx = 1\n~~~\nDone", "x = 1"),
        ("First\n```bash\npip install foo\n```\nthen\n```python\nx = 1\n```", "x = 1"),
        (" x = 1", "x = 1"),
        (":\n\nx = 1", "x = 1"),
        (" as follows:\nx = 1", "x = 1"),
        ("The answer is\n```", ""),
    ],
)
def test_a_program_is_read_as_models_write_it(text, program):
    assert read(Completion(text), Task(answer="code"), QUESTION, Extract("after")).text == program


def test_code_that_is_refused_or_cut_off_before_it_begins_is_told():
    code, after = Task(answer="code"), Extract("after")
    said = read(Completion("I'm sorry, but I can't help with that."), code, QUESTION, after)
    assert (said.text, said.outcome) == ("", "refused")
    cut = Completion("Let me think about it, first we", finish_reason="length")
    assert read(cut, code, QUESTION, after).outcome == "truncated"


def test_what_a_program_says_announces_no_program():
    program = 'print("The answer is:")\nprint(1)\n# the answer is'
    for text in (f"The answer is\n```\n{program}\n```", f"The answer is\n{program}", program):
        answer = read(Completion(text), Task(answer="code"), QUESTION, Extract("after"))
        assert answer.text in (program, program.rstrip())
