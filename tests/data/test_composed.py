import json

import pytest

from promptlab.data.csv import Csv
from promptlab.data.fields import Fields
from promptlab.data.jsonl import Jsonl
from promptlab.data.record.composed import compose

RECORD = {
    "subject": "Refund?",
    "body": "my {subject}, 你好",
    "meta": {"tier": "gold"},
    "note": None,
}


@pytest.mark.parametrize(
    ("composition", "text"),
    [
        ("Subject: {subject}\n{body}", "Subject: Refund?\nmy {subject}, 你好"),
        (r"{subject}\n{body}", "Refund?\nmy {subject}, 你好"),
        ("{{{subject}}}", "{Refund?}"),
        ("[{meta.tier}] {subject}", "[gold] Refund?"),
        ("{subject} {note}", "Refund?"),
        ("主题：{ subject }", "主题：Refund?"),
    ],
)
def test_a_text_is_composed_of_fields_whose_own_braces_name_nothing(composition, text):
    assert compose(composition, RECORD) == text


@pytest.mark.parametrize(
    "composition", ["{subject", "subject}{", "{}", "{subject!r}", "{subject:>9}", "{subject} }"]
)
def test_what_cannot_be_filled_in_is_refused_when_it_is_configured(composition):
    with pytest.raises(ValueError, match="cannot be filled in .*names of fields in braces"):
        Fields(question="{subject}" + composition)


def write(folder, *records):
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / "test.jsonl").write_text(text, "utf-8")
    return str(folder)


def test_question_context_and_rationale_are_composed_and_other_fields_stay_names(tmp_path):
    fields = Fields(
        question="{subject}: {body}", context="tier {meta.tier}", rationale="{note}", answer="a"
    )
    (example,) = Jsonl(write(tmp_path, RECORD | {"a": "yes"}), fields=fields).load().test
    assert example.question.text == "Refund?: my {subject}, 你好"
    assert (example.question.context, example.rationale, example.answer) == ("tier gold", "", "yes")


def test_a_field_that_a_record_has_not_is_told_with_its_line_and_what_there_is(tmp_path):
    folder = write(tmp_path, RECORD | {"answer": "a"}, {"subject": "x", "answer": "b"})
    with pytest.raises(ValueError, match=r"line 2: no field 'body' \(it has subject, answer\)"):
        Jsonl(folder, fields=Fields(question="{subject} {body}")).load()


def test_a_composition_of_which_nothing_is_filled_in_is_no_question(tmp_path):
    folder = write(tmp_path, RECORD | {"answer": "a"}, RECORD | {"subject": " ", "answer": "b"})
    with pytest.raises(ValueError, match=r"line 2: '\{subject\}' is blank"):
        Jsonl(folder, fields=Fields(question="{subject}")).load()


def test_a_table_s_columns_are_composed(tmp_path):
    (tmp_path / "test.csv").write_text('subject,body,answer\n"A, b",c,yes\n', "utf-8")
    (example,) = Csv(str(tmp_path), fields=Fields(question=r"{subject}\n{body}")).load().test
    assert example.question.text == "A, b\nc"


def test_a_field_whose_own_name_has_braces_is_that_field(tmp_path):
    record = {"{subject}": "as it is", "subject": "other", "answer": "a"}
    (example,) = Jsonl(write(tmp_path, record), fields=Fields(question="{subject}")).load().test
    assert example.question.text == "as it is"
