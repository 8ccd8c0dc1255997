"""CSV: text as it stands, whatever it looks like."""

import pytest

from promptlab.data.csv import Csv


def load(folder, text, written_in="utf-8", name="test.csv", **settings):
    (folder / name).write_bytes(text.encode(written_in))
    return Csv(str(folder), **settings).load()


def test_answers_stay_as_they_are_written(tmp_path):
    dataset = load(tmp_path, "question,answer\na,007\nb,1.10\nc,1e5\n")
    assert [example.answer for example in dataset.test] == ["007", "1.10", "1e5"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    assert load(tmp_path, "\ufeffquestion,answer\n几点？,三点\n").test[0].question.text == "几点？"


def test_a_quoted_field_may_hold_commas_quotes_and_lines(tmp_path):
    dataset = load(tmp_path, 'question,answer\r\n"a, ""b""\r\nc",1\r\n')
    assert dataset.test[0].question.text == 'a, "b"\r\nc'


def test_choices_are_written_as_json(tmp_path):
    dataset = load(tmp_path, 'question,choices,answer\nq,"[""1"", ""2""]",2\n')
    assert (dataset.test[0].question.choices, dataset.test[0].answer) == (("1", "2"), "B")


def test_a_tsv_file_is_divided_by_tabs(tmp_path):
    dataset = load(tmp_path, "question\tanswer\na,b\t1\n", name="test.tsv")
    assert dataset.test[0].question.text == "a,b"


def test_another_delimiter_and_encoding_may_be_given(tmp_path):
    dataset = load(
        tmp_path, "question;answer\n好吗;好\n", "gb18030", delimiter=";", encoding="gb18030"
    )
    assert dataset.test[0].answer == "好"


def test_an_empty_cell_holds_nothing(tmp_path):
    dataset = load(tmp_path, "id,question,answer,rationale\n,q,1,\n")
    assert (dataset.test[0].id, dataset.test[0].rationale) == ("test-1", "")


def test_a_bad_record_is_named_by_its_first_line(tmp_path):
    with pytest.raises(ValueError, match=r"2 of 3 records of .*test.csv are bad") as error:
        load(tmp_path, 'question,answer\n"two\nlines",1\nb,2,3\n,4\n')
    assert str(error.value).split("\n")[1:] == [
        "  line 4: 3 fields; expected 2, as the first line",
        "  line 5: 'question' is empty",
    ]


def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"test.csv, line 3: .*is a quotation mark missing"):
        load(tmp_path, 'question,answer\na,1\n"b,2\nc,3\n')


@pytest.mark.parametrize("header", ["", "question,question", "question,"])
def test_the_first_line_must_name_every_field_once(tmp_path, header):
    with pytest.raises(
        ValueError, match=r"the first line of .*test.csv is \[.*expected the name of"
    ):
        load(tmp_path, header + "\na,b\n")


def test_another_encoding_is_named_with_its_line(tmp_path):
    with pytest.raises(ValueError, match=r"test.csv is not UTF-8: line 2 holds the byte 0xba"):
        load(tmp_path, "question,answer\n好,1\n", "gb18030")


def test_a_delimiter_is_one_character():
    with pytest.raises(ValueError, match=r"delimiter is ', '; expected one character"):
        Csv("x", delimiter=", ")


def test_an_encoding_is_one_that_there_is():
    with pytest.raises(ValueError, match=r"encoding is 'gbq'; expected one that Python knows"):
        Csv("x", encoding="gbq")
