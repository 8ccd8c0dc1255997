"""CSV: text as it stands, whatever it looks like."""

import gzip

import pytest

from promptlab.data.csv import Csv
from promptlab.data.task import PartialTask


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
        (
            "  line 4: 3 fields; expected 2, as there are names; a field with the delimiter in it "
            "must stand between quotation marks"
        ),
        "  line 5: 'question' is empty",
    ]


def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"test.csv, line 3: .*is a quotation mark missing"):
        load(tmp_path, 'question,answer\na,1\n"b,2\nc,3\n')


@pytest.mark.parametrize("header", [",", "question,question"])
def test_the_first_line_must_name_every_field_once(tmp_path, header):
    with pytest.raises(
        ValueError, match=r"the first line of .*test.csv is \[.*expected the name of"
    ):
        load(tmp_path, header + "\na,b\n")


def test_a_column_without_a_name_is_left_out_where_it_is_the_first_or_empty(tmp_path):
    dataset = load(tmp_path, ",question,answer,\n0,q,a,\n1,r,b,\n")
    assert [example.question.text for example in dataset.test] == ["q", "r"]


def test_a_cell_that_holds_something_must_have_a_name(tmp_path):
    with pytest.raises(ValueError, match=r"line 2: field 3 is 'c', and the first line gives it no"):
        load(tmp_path, "question,answer,\na,b,c\n")


def test_names_may_be_given_where_the_first_line_is_a_record(tmp_path):
    text = 'Which flies?,cow,crow,B\n"In all, which swims?",cod,hen,A\n'
    dataset = load(tmp_path, text, header=["question", "A", "B", "answer"])
    assert [example.answer for example in dataset.test] == ["B", "A"]
    assert dataset.test[1].question.choices == ("cod", "hen")


def test_a_first_line_that_names_no_question_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(
        ValueError, match=r"no 'question' .*its 3 fields: dataset.header=\[question"
    ):
        load(tmp_path, "Which flies?,crow,A\nWhich swims?,cod,B\n")


def test_another_delimiter_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"divided by ';'. 'dataset.delimiter=\";\"'"):
        load(tmp_path, "question;answer\nq;a\n")


def test_a_tab_may_be_written_as_people_do(tmp_path):
    assert load(tmp_path, "question\tanswer\nq\ta\n", delimiter=r"\t").test[0].answer == "a"


def test_a_header_is_a_list():
    with pytest.raises(ValueError, match=r"header is 'question,answer'; expected a list"):
        Csv("x", header="question,answer")


def test_between_tabs_a_quotation_mark_is_a_character(tmp_path):
    rows = '"so good\tpos\ndull\tneg\na mess"\tneg\n6" long\tpos\n'
    dataset = load(tmp_path, "question\tanswer\n" + rows, name="test.tsv")
    assert [example.question.text for example in dataset.test] == [
        '"so good',
        "dull",
        'a mess"',
        '6" long',
    ]


def test_between_tabs_quoting_may_be_said(tmp_path):
    rows = 'question\tanswer\n"a\tb\nc"\td\n'
    dataset = load(tmp_path, rows, name="test.tsv", quoting="minimal")
    assert [example.question.text for example in dataset.test] == ["a\tb\nc"]


def test_quotation_marks_that_are_kept_around_fields_are_told(tmp_path):
    with pytest.warns(UserWarning, match=r"1 of 1 records .*dataset.quoting=minimal takes them"):
        load(tmp_path, 'question\tanswer\n"a ""b"""\tc\n', name="test.tsv")


def test_records_that_a_lone_quotation_mark_may_have_merged_are_told(tmp_path):
    text = 'text,label\n"so good,pos\ndull,neg\na mess",neg\nfine,pos\n'
    labels = PartialTask(labels=["neg", "pos"])
    with pytest.warns(UserWarning, match=r"lines 2 to 4 are one record.*dataset.quoting=none"):
        assert len(load(tmp_path, text, task=labels).test) == 2
    assert len(load(tmp_path, text, task=labels, quoting="none").test) == 4


def test_a_quoted_tab_between_tabs_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"3 fields; expected 2.*dataset.quoting=minimal lets"):
        load(tmp_path, 'question\tanswer\n"a\tb"\tc\n', name="test.tsv")


def test_quoting_is_one_that_there_is():
    with pytest.raises(ValueError, match=r"quoting is 'double'; expected minimal, none, or null"):
        Csv("x", quoting="double")


def test_a_field_may_be_longer_than_what_the_csv_module_takes_by_itself(tmp_path):
    dataset = load(tmp_path, f"question,context,answer\nq,{'word ' * 40_000},a\n")
    assert len(dataset.test[0].question.context) == 200_000


def test_a_space_after_a_comma_is_no_part_of_the_field(tmp_path):
    dataset = load(tmp_path, 'question, answer\nso good , pos\n"a, b",  "x, y"\n')
    assert [example.answer for example in dataset.test] == ["pos", "x, y"]


def test_quotation_marks_and_json_may_stand_inside_a_field(tmp_path):
    dataset = load(tmp_path, 'question,want,answer\nq,{"a": ""},Bo "the hat" Ray\n')
    assert dataset.test[0].answer == 'Bo "the hat" Ray'


@pytest.mark.parametrize("missing", ["", "NaN", "nan", "NULL", "null", "<NA>"])
def test_what_tables_write_for_nothing_is_nothing(tmp_path, missing):
    dataset = load(tmp_path, f"question,context,rationale,answer\nq,{missing},{missing},a\n")
    assert (dataset.test[0].question.context, dataset.test[0].rationale) == ("", "")


def test_a_packed_table_is_read(tmp_path):
    for name, mark in (("train.csv.gz", ","), ("test.tsv.gz", "\t")):
        text = f"question{mark}answer\nq of {name}{mark}a\n"
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    dataset = Csv(str(tmp_path)).load()
    assert dataset.pool[0].question.text == "q of train.csv.gz"
    assert dataset.test[0].question.text == "q of test.tsv.gz"


def test_another_encoding_is_named_with_its_line(tmp_path):
    with pytest.raises(ValueError, match=r"test.csv is not UTF-8: line 2 holds the byte 0xba"):
        load(tmp_path, "question,answer\n好,1\n", "gb18030")


def test_a_delimiter_is_one_character():
    with pytest.raises(ValueError, match=r"delimiter is ', '; expected one character"):
        Csv("x", delimiter=", ")


def test_an_encoding_is_one_that_there_is():
    with pytest.raises(ValueError, match=r"encoding is 'gbq'; expected one that Python knows"):
        Csv("x", encoding="gbq")
