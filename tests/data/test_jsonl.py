"""JSON Lines: what is read, and what is refused with its line."""

import gzip
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
        fields=Fields("ask", "gold", rationale="why", id="who", metadata=["n", "none?"]),
    )
    (example,) = dataset.test
    assert (example.id, example.answer, example.rationale) == ("me", "g", "w")
    assert example.question.metadata == {"n": 3}


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
            {"ask": "q", "answer": "a"},
            question(""),
            question("   "),
            question(["a"]),
        )
    lines = str(error.value).split("\n")[1:]
    assert lines == [
        "  line 1: not JSON: Expecting value (column 29)",
        "  line 2: a list; expected an object: {…}",
        (
            "  line 4: no 'question' or 'text' (it has ask, answer); "
            "set dataset.fields.question= to one of ask, answer"
        ),
        "  line 5: 'question' is empty",
        "  line 6: 'question' is blank",
        "  and 1 more",
    ]


def test_names_that_a_terminal_would_act_on_are_shown_as_escapes(tmp_path):
    with pytest.raises(ValueError, match=r"it has \\x1b\[2J, \\ud83d, 问") as error:
        loaded(tmp_path, r'{"\u001b[2J": 1, "\ud83d": 2, "问": 3}')
    assert str(error.value).isprintable() or "\n  line 1" in str(error.value)
    assert str(error.value).encode()


def test_a_missing_answer_among_others_is_a_bad_line(tmp_path):
    with pytest.raises(ValueError, match=r"line 2: no 'answer' or 'label' \(it has question\)"):
        loaded(tmp_path, question("q"), {"question": "r"})


def test_an_object_for_an_answer_is_a_bad_line_that_names_what_is_in_it(tmp_path):
    with pytest.raises(ValueError, match=r"line 1: 'answer' is {.*Name one of answer.value in"):
        loaded(tmp_path, question("q", {"value": "a"}))


def test_of_a_list_the_first_is_the_answer_and_the_others_are_aliases(tmp_path):
    dataset = loaded(tmp_path, question("q", ["Rome", "Roma"]), question("r", ["Bonn"]))
    assert [(each.answer, each.aliases) for each in dataset.test] == [
        ("Rome", ("Roma",)),
        ("Bonn", ()),
    ]


def test_a_given_field_for_the_answer_wins_over_the_usual_names(tmp_path):
    record = {"question": "q", "answers": ["no"], "answer": "no", "short": ["yes", "aye"]}
    dataset = loaded(
        tmp_path, record, fields=Fields(answer="short"), task=PartialTask(answer="text")
    )
    assert (dataset.test[0].answer, dataset.test[0].aliases) == ("yes", ("aye",))


def test_nan_holds_nothing(tmp_path):
    pool = '{"question": "p", "context": NaN, "rationale": NaN, "answer": "1"}'
    dataset = loaded(tmp_path, '{"question": "q", "context": NaN, "answer": 2}', pool=[pool])
    assert (dataset.pool[0].rationale, dataset.pool[0].question.context) == ("", "")
    assert dataset.test[0].question.context == ""
    with pytest.raises(ValueError, match=r"line 1: 'question' is empty"):
        loaded(tmp_path, '{"question": NaN, "answer": 2}')


def test_half_a_character_is_named_with_its_line(tmp_path):
    with pytest.raises(
        ValueError, match=r"line 2: 'question' holds half a character, \\ud83d, aft"
    ):
        loaded(tmp_path, question("fine"), r'{"question": "oh \ud83d", "answer": "1"}')
    assert loaded(tmp_path, r'{"question": "\ud83d\ude00", "answer": "1"}').test


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("[" * 100_000, "nested more than 100 levels deep"),
        ("[" * 200 + "]" * 200, "nested more than 100 levels deep"),
        ('{"a":' * 100_000, "nested more than 100 levels deep"),
        ("9" * 5000, "a whole number of more than 4300 digits"),
        ("1e2000000000", "the number 1e2000000000 has more than 4300 digits"),
        ("-1e-99999999999999999999", "has more than 4300 digits"),
    ],
)
def test_what_goes_beyond_the_bounds_is_a_bad_line(tmp_path, value, problem):
    with pytest.raises(ValueError, match=rf"1 of 2 records of .*bad:\n  line 2: .*{problem}"):
        loaded(tmp_path, question("fine"), f'{{"question": "q", "answer": {value}}}')


@pytest.mark.parametrize("name", ["data.json", "test.json", "test.json.gz"])
@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_like_lines(tmp_path, name, indent):
    text = json.dumps([question("q"), question("r", "2")], indent=indent).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    assert [each.answer for each in Jsonl(str(tmp_path)).load().test] == ["1", "2"]


def test_packed_lines_are_read(tmp_path):
    (tmp_path / "test.jsonl.gz").write_bytes(gzip.compress(json.dumps(question("q")).encode()))
    assert Jsonl(str(tmp_path)).load().test[0].question.text == "q"


def test_an_array_called_json_lines_is_read_and_told(tmp_path):
    with pytest.warns(UserWarning, match=r"test.jsonl is one JSON array, not JSON Lines"):
        assert len(loaded(tmp_path, json.dumps([question("q")])).test) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[{"question": "q", "answer": "a"},\n{"question": }]', "record 2, line 2: not JSON: Exp"),
        ('[{"question": "q", "answer": "a"}\n', "line 2: not JSON: expected ',' or ']'"),
        ('[{"question": "q", "answer": "a"}]\n{}', "line 1: not JSON: more text after the array"),
        ('[{"question": "q", "answer": "a"},\n7]', "record 2, line 2: a int; expected an object"),
        ("[" * 100_000, "record 1, line 1: nested more than 100 levels deep"),
    ],
)
def test_a_bad_array_is_named_with_record_and_line(tmp_path, text, problem):
    (tmp_path / "test.json").write_text(text)
    with pytest.raises(ValueError, match=r"test.json are bad:\n") as error:
        Jsonl(str(tmp_path)).load()
    assert problem in str(error.value)


def test_objects_over_many_lines_are_read_one_after_another(tmp_path):
    text = "\n".join(json.dumps(question(name), indent=1) for name in "qr")
    (tmp_path / "test.json").write_text(text)
    assert [each.question.text for each in Jsonl(str(tmp_path)).load().test] == ["q", "r"]


def test_records_below_a_key_are_found_where_there_is_one_list_of_them(tmp_path):
    document = {"canary": "x", "tags": ["y"], "examples": [question("q"), question("r")]}
    (tmp_path / "task.json").write_text(json.dumps(document))
    assert len(Jsonl(str(tmp_path)).load().test) == 2


def test_records_below_a_key_of_a_line_are_told(tmp_path):
    line = {"canary": "x", "examples": [question("q")]}
    with pytest.raises(ValueError, match=r"or dataset.records=examples to read what is there"):
        loaded(tmp_path, line)
    assert len(loaded(tmp_path, line, line, records="examples").test) == 2


def test_of_several_lists_of_records_one_is_to_be_named(tmp_path):
    (tmp_path / "task.json").write_text(json.dumps({"easy": [question("q")], "hard": [{"a": 1}]}))
    with pytest.raises(
        ValueError, match=r"several lists.*set dataset.records= to one of easy, hard"
    ):
        Jsonl(str(tmp_path)).load()
    assert len(Jsonl(str(tmp_path), records="easy").load().test) == 1
    with pytest.raises(ValueError, match=r"no 'soft', of dataset.records=soft .it has easy, hard"):
        Jsonl(str(tmp_path), records="soft").load()


def test_records_that_lie_deep_have_the_fields_of_what_is_around_them(tmp_path):
    asked = {"question": "where?", "answers": [{"text": "here", "start": 1}]}
    document = {
        "data": [{"title": "t", "paragraphs": [{"context": "It is here.", "qas": [asked]}]}]
    }
    (tmp_path / "dev.json").write_text(json.dumps(document))
    fields = Fields(aliases="answers.text")
    dataset = Jsonl(str(tmp_path), records="data.paragraphs.qas", fields=fields).load()
    assert (dataset.test[0].question.context, dataset.test[0].answer) == ("It is here.", "here")


def test_a_lone_record_is_no_list_of_what_it_holds(tmp_path):
    choices = [{"label": "A", "text": "red"}, {"label": "B", "text": "blue"}]
    dataset = loaded(tmp_path, question("q", "B", choices=choices))
    assert dataset.test[0].question.choices == ("red", "blue")


def test_turns_are_told_apart_by_their_number(tmp_path):
    turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}]
    record = {"input": turns, "answer": "So."}
    with pytest.raises(ValueError, match=r"to one of input.-2.content, input.-1.content"):
        loaded(tmp_path, record)
    fields = Fields(question="input.-1.content", context="input[0].content")
    (example,) = loaded(tmp_path, record, fields=fields).test
    assert (example.question.text, example.question.context) == ("Why?", "Be brief.")


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
    with pytest.warns(
        UserWarning, match=r"no answers, so accuracy will not be told; it has question"
    ):
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
