"""JSON Lines: what is read, and what is refused with its line."""

import json

import pytest

from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask


def write(path, *rows):
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def question(text, answer="1", **more):
    return {"question": text, "answer": answer, **more}


def loaded(folder, *test, pool=(), **settings):
    write(folder / "test.jsonl", *test)
    if pool:
        write(folder / "train.jsonl", *pool)
    return Jsonl(str(folder), **settings).load()


def test_question_and_answer_are_understood_without_configuration(tmp_path):
    dataset = loaded(
        tmp_path,
        question("1+1?", "2", id="t", rationale="1+1 is 2.", context="Sums.", answers=["2", "two"]),
    )
    (example,) = dataset.test
    assert (example.id, example.question.text, example.answer) == ("t", "1+1?", "2")
    assert (example.rationale, example.question.context) == ("1+1 is 2.", "Sums.")
    assert example.aliases == ("two",)
    assert dataset.name == tmp_path.name


def test_text_and_label_are_understood_without_configuration(tmp_path):
    dataset = loaded(
        tmp_path, {"text": "nice", "label": "pos"}, pool=[{"text": "good", "label": "pos"}]
    )
    assert dataset.test[0].question.text == "nice"
    assert dataset.task.answer == "label"


def test_other_fields_are_mapped_by_configuration(tmp_path):
    dataset = loaded(
        tmp_path,
        {"ask": "q", "gold": "g", "why": "w", "who": "me", "n": 3},
        fields=Fields("ask", "gold", rationale="why", id="who", metadata=["n", "none"]),
    )
    (example,) = dataset.test
    assert (example.id, example.answer, example.rationale) == ("me", "g", "w")
    assert example.question.metadata == {"n": 3, "none": None}


def test_no_field_reaches_the_metadata_unasked(tmp_path):
    dataset = loaded(tmp_path, question("q", "42", equation="X=42", answer_idx=3))
    assert dataset.test[0].question.metadata == {}


@pytest.mark.parametrize(
    ("written", "read"),
    [("18", "18"), ("1.10", "1.10"), ("1e2", "100"), ("true", "true"), ('"007"', "007")],
)
def test_an_answer_keeps_the_form_it_is_written_in(tmp_path, written, read):
    dataset = loaded(tmp_path, f'{{"question": "q", "answer": {written}}}')
    assert dataset.test[0].answer == read


def test_a_mark_before_the_first_line_and_blank_lines_are_ignored(tmp_path):
    (tmp_path / "test.jsonl").write_bytes(b'\xef\xbb\xbf{"question": "q", "answer": "a"}\r\n\r\n')
    assert Jsonl(str(tmp_path)).load().test[0].answer == "a"


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path):
    dataset = loaded(tmp_path, '{"question": "a\u2028b", "answer": "c"}')
    assert dataset.test[0].question.text == "a\u2028b"


def test_chinese_is_read_as_it_is(tmp_path):
    dataset = loaded(
        tmp_path, {"text": "很好", "label": "好评"}, pool=[{"text": "棒", "label": "好评"}]
    )
    assert dataset.pool[0].answer == "好评"


def test_every_bad_line_is_named_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"6 of 7 records of .*test.jsonl are bad") as error:
        loaded(
            tmp_path,
            '{"question": "q", "answer": }',
            "[1, 2]",
            question("fine"),
            {"query": "q", "answer": "a"},
            question(""),
            question("   "),
            question(["a"]),
        )
    lines = str(error.value).split("\n")[1:]
    assert lines == [
        "  line 1: not JSON: Expecting value (column 29)",
        "  line 2: a list; expected an object: {…}",
        "  line 4: no 'question' or 'text' (it has query, answer)",
        "  line 5: 'question' is empty",
        "  line 6: 'question' is blank",
        "  and 1 more",
    ]


def test_a_missing_answer_among_others_is_a_bad_line(tmp_path):
    with pytest.raises(ValueError, match=r"line 2: no 'answer' or 'label' \(it has question\)"):
        loaded(tmp_path, question("q"), {"question": "r"})


def test_a_list_for_an_answer_is_a_bad_line(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: 'answer' is \['a'\]; expected text, a number"):
        loaded(tmp_path, question("q", ["a"]))


def test_choices_that_are_no_list_are_a_bad_line(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: 'choices' is 'red'; expected a list such as"):
        loaded(tmp_path, question("q", "A", choices="red"))


def test_a_field_named_by_configuration_must_be_there(tmp_path):
    with pytest.raises(ValueError, match=r"no 'gold' \(it has question, answer\)"):
        loaded(tmp_path, question("q"), fields=Fields(answer="gold"))


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path):
    (tmp_path / "test.jsonl").write_bytes(b'{"question": "q"}\n{"question": "\xba\xc3"}\n')
    with pytest.raises(ValueError, match=r"test.jsonl is not UTF-8: line 2 holds the byte 0xba"):
        Jsonl(str(tmp_path)).load()


def test_a_test_without_any_answers_loads_with_a_warning(tmp_path):
    with pytest.warns(UserWarning, match=r"no answers, so nothing will be scored; it has question"):
        dataset = loaded(tmp_path, {"question": "1 1 4 6"})
    assert dataset.test[0].answer == ""


def test_a_pool_without_any_answers_loads(tmp_path):
    dataset = loaded(tmp_path, question("q"), pool=[{"question": "p"}])
    assert dataset.pool[0].answer == ""


def test_the_first_of_several_answers_is_the_answer_where_there_is_none(tmp_path):
    dataset = loaded(tmp_path, {"question": "q", "answers": {"text": ["x", "y"], "start": [1, 2]}})
    assert (dataset.test[0].answer, dataset.test[0].aliases) == ("x", ("y",))


def test_an_empty_test_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"test.jsonl is empty; expected at least one record"):
        loaded(tmp_path)


def test_examples_without_ids_are_named_by_split_and_number(tmp_path):
    dataset = loaded(tmp_path, question("q"), question("r"), pool=[question("p")])
    assert [example.id for example in (*dataset.pool, *dataset.test)] == [
        "pool-1",
        "test-1",
        "test-2",
    ]


def test_ids_that_repeat_are_numbered_and_the_tests_come_first(tmp_path):
    dataset = loaded(tmp_path, question("q", id=1), question("r", id=1), pool=[question("p", id=1)])
    assert [example.id for example in dataset.test] == ["1", "1#2"]
    assert [example.id for example in dataset.pool] == ["1#3"]


def test_metadata_must_be_a_list():
    with pytest.raises(ValueError, match=r"fields.metadata is 'task'; expected a list of names"):
        Fields(metadata="task")


def test_an_empty_path_is_refused():
    with pytest.raises(ValueError, match=r"path is empty; expected the folder or file"):
        Jsonl("")


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [("limit", 0, 1), ("limit", "ten", 1), ("pool_limit", -1, 0), ("pool_size", 0, 1)],
)
def test_counts_that_are_none_are_refused_where_they_are_written(name, value, least):
    with pytest.raises(
        ValueError, match=rf"{name} is {value!r}; expected a whole number, at least {least}"
    ):
        Jsonl("x", **{name: value})


def test_a_kind_of_answer_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(
        ValueError, match=r"task.answer is 'numbr'; expected one of number, .*Did you mean number"
    ):
        PartialTask(answer="numbr")
