"""Templates: the pieces of a prompt, put together."""

import pytest

from promptlab.template import PLACEHOLDERS, Template
from promptlab.types import Example, Message, Question, Sampling, Task

TASK = Task("Name the kind: {labels}.", "label", ("person", "place"))
ASKED = Question("q", "Who is she?")
DEMOS = (
    Example(Question("d1", "Where am I?"), "place", "It asks where."),
    Example(Question("d2", "Who am I?"), "person"),
)


def test_a_text_is_one_document_to_continue() -> None:
    prompt = Template("t").prompt(TASK, ASKED, DEMOS)
    assert prompt.messages == (
        Message(
            "text",
            "Name the kind: person, place.\n\n"
            "Q: Where am I?\nA: place\n\nQ: Who am I?\nA: person\n\nQ: Who is she?\nA:",
        ),
    )


def test_turns_make_a_turn_of_every_demonstration() -> None:
    prompt = Template("t", "turns", question="{question}", cue="").prompt(TASK, ASKED, DEMOS)
    assert [(m.role, m.content) for m in prompt.messages] == [
        ("system", "Name the kind: person, place."),
        ("user", "Where am I?"),
        ("assistant", "place"),
        ("user", "Who am I?"),
        ("assistant", "person"),
        ("user", "Who is she?"),
    ]


def test_one_turn_holds_all_demonstrations() -> None:
    prompt = Template("t", "one_turn").prompt(TASK, ASKED, DEMOS[:1])
    assert [m.role for m in prompt.messages] == ["system", "user"]
    assert prompt.messages[1].content == "Q: Where am I?\nA: place\n\nQ: Who is she?\nA:"


def test_worked_demonstrations_show_their_rationale_where_they_have_one() -> None:
    prompt = Template("t").prompt(Task(), ASKED, DEMOS, with_rationale=True)
    assert prompt.text == (
        "Q: Where am I?\nA: It asks where. The answer is place.\n\n"
        "Q: Who am I?\nA: The answer is person.\n\nQ: Who is she?\nA:"
    )


def test_reasoning_opens_every_answer_and_the_reply() -> None:
    prompt = Template("t").prompt(Task(), ASKED, DEMOS[:1], with_rationale=True, reasoning=True)
    assert prompt.text.count("A: Let's think step by step.") == 2
    assert prompt.text.endswith("A: Let's think step by step.")


def test_a_reply_begun_is_an_assistant_turn_to_be_continued() -> None:
    prompt = Template("t", "turns").prompt(Task(), ASKED, reasoning=True)
    assert prompt.messages[-1] == Message("assistant", "Let's think step by step.")


def test_context_and_choices_are_written_where_a_question_has_them() -> None:
    question = Question("q", "Where?", ("here", "there"), "A story.")
    body = Template("t").body(question)
    assert body == "A story.\nQ: Where?\nAnswer choices: (A) here (B) there\n"
    assert Template("t").body(question, by="text") == "A story.\nQ: Where?\n"


def test_braces_in_the_data_are_left_as_they_are() -> None:
    question = Question("q", "What is {x} in {0!r}?", context="{context}")
    prompt = Template("t").prompt(Task("Use {braces}."), question)
    assert prompt.text == "Use {braces}.\n\n{context}\nQ: What is {x} in {0!r}?\nA:"


def test_a_choice_can_be_written_by_its_text() -> None:
    question = Question("q", "Where?", ("here", "there"))
    assert Template("t").written("B", question, by="text") == "there"
    assert Template("t").written("B", question) == "B"
    assert Template("t").written("Z", question, by="text") == "Z"


@pytest.mark.parametrize("word", ["yes", "True", "是", "Yes.", "1"])
def test_yes_is_written_in_the_templates_words_whatever_the_datas_are(word: str) -> None:
    task, demo = Task(answer="yes_no"), Example(Question("d", "Is it?"), word)
    assert Template("t").shown(demo, task) == " yes"
    assert Template("t", yes_no=("是", "否")).shown(demo, task) == " 是"
    assert Template("t", yes_no=(True, False)).shown(demo, task) == " true"  # type: ignore[arg-type]
    assert Template("t").shown(demo, Task(answer="text")) == f" {word}"


def test_one_word_for_yes_and_no_is_refused() -> None:
    with pytest.raises(ValueError, match="expected two words"):
        Template("t", yes_no=("yes",))  # type: ignore[arg-type]


def test_what_asks_for_the_conclusion_depends_on_the_kind_of_answer() -> None:
    number = Template("t").concluding("6 + 1 = 7. ", Task(answer="number"))
    assert number == "6 + 1 = 7.\nTherefore, the answer (arabic numerals) is"
    assert Template("t", conclude={}).concluding("So.", Task()) == "So.\nThe answer is"


def test_a_text_ends_where_the_template_says_and_turns_end_by_themselves() -> None:
    assert Template("t").stopping(Sampling(), TASK).stop == ("\n",)
    assert Template("t").stopping(Sampling(), TASK, reasoned=True).stop == ("\nQ:",)
    assert Template("t").stopping(Sampling(stop=("!",)), TASK).stop == ("!",)
    assert Template("t", "turns").stopping(Sampling(), TASK).stop == ()


def test_an_answer_of_several_lines_does_not_end_with_its_first() -> None:
    for task in (Task(answer="code"), Task(answer="text", multiline=True)):
        assert Template("t").stopping(Sampling(), task).stop == ("\nQ:",)


@pytest.mark.parametrize("lead", ["", " "])
def test_a_demonstrations_indentation_is_kept_in_turns(lead: str) -> None:
    code = Task(answer="code")
    demo = Example(Question("d", "def two():"), "    one = 1\n    return one + one\n")
    template = Template("t", "turns", question="{question}", cue="", answer=lead + "{answer}")
    turns = template.prompt(code, ASKED, [demo]).messages
    assert turns[1] == Message("assistant", "    one = 1\n    return one + one")
    assert demo.answer in Template("t").prompt(code, ASKED, [demo]).text


@pytest.mark.parametrize(
    ("reply", "begun"),
    [
        ("     one = 1\n    return one", "    one = 1\n    return one"),
        ("    one = 1\n    return one", "    one = 1\n    return one"),
        (" return 1", "return 1"),
        (" \treturn 1", "\treturn 1"),
        ("return 1", "return 1"),
    ],
)
def test_the_templates_own_space_is_no_indentation_of_the_reply(reply: str, begun: str) -> None:
    assert Template("t").begun(reply) == begun
    assert Template("t", answer="{answer}").begun(reply) == reply


def test_every_piece_can_be_set() -> None:
    template = Template("t", question="问题：{question}\n", cue="回答：", answer="{answer}")
    prompt = template.prompt(Task(), Question("q", "几点了？"), DEMOS[:1])
    assert prompt.text == "问题：Where am I?\n回答：place\n\n问题：几点了？\n回答："


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="expected text, one_turn or turns"):
        Template("t", layout="chat")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        ("question", "Q: {quest.x}\n"),
        ("question", "{ {question}"),
        ("answer", "{}"),
        ("answer", "{answer:d}"),
        ("choice", "{letter}} {text}"),
        ("reasoned", "{rationale[0]} {answer.text}"),
        ("instruction", r"\boxed{5} {instruction}"),
    ],
)
def test_a_brace_that_stands_for_nothing_is_told_with_those_that_do(piece: str, text: str) -> None:
    with pytest.raises(ValueError, match="written twice") as told:
        Template("mine", **{piece: text})
    assert f"{piece} is {text!r}" in str(told.value)
    assert f"{{{PLACEHOLDERS[piece][0]}}}" in str(told.value)


def test_braces_are_written_twice_and_the_cue_is_text_as_it_stands() -> None:
    template = Template("mine", question="{{x}} {question}\n", cue="{A}:")
    assert template.prompt(Task(), Question("1", "y?")).text == "{x} y?\n{A}:"


def test_a_question_s_piece_may_name_the_record_s_fields() -> None:
    template = Template("mine", question="Q ({tier}): {question}\n", context="{context} [{lang}]\n")
    question = Question("1", "y?", context="c", metadata={"tier": "{gold}", "lang": None})
    assert template.prompt(Task(), question).text == "c []\nQ ({gold}): y?\nA:"


def test_a_field_that_the_record_has_not_is_told_with_those_it_has() -> None:
    template = Template("mine", question="Q ({tier}): {question}\n")
    with pytest.raises(ValueError, match=r"names \{tier\}.* 'q1' .*it has question, level"):
        template.prompt(Task(), Question("q1", "y?", metadata={"level": 1}))
