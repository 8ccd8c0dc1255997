import json

import pytest

from promptlab.model.tokenizer import Tokenizer
from promptlab.retrieval.corpus import Corpus


def lines(path, *records):
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), "utf-8")
    return str(path)


def test_records_are_passages_with_their_titles_and_fields(tmp_path):
    path = lines(
        tmp_path / "c.jsonl",
        {"id": 7, "text": "它绕地球转。", "title": "月亮", "tenant": "a"},
        {"text": "no id"},
    )
    first, second = Corpus(path).passages()
    assert (first.id, first.text) == ("7", "月亮\n它绕地球转。")
    assert first.metadata["tenant"] == "a"
    assert (second.id, second.text) == ("line 2", "no id")


def test_other_names_of_fields(tmp_path):
    path = lines(tmp_path / "c.jsonl", {"key": "k", "body": {"en": "hello"}})
    (passage,) = Corpus(path, fields={"id": "key", "text": "body.en"}).passages()
    assert (passage.id, passage.text) == ("k", "hello")


def test_a_folder_of_documents_is_read_in_the_order_of_names(tmp_path):
    (tmp_path / "b.md").write_text("# Title\n\nText of b.", "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.html").write_text(
        "<html><head><title>T</title><style>x{}</style></head><body><script>bad()</script>"
        "<p>One &amp; two</p><p>三</p></body></html>",
        "utf-8",
    )
    (tmp_path / "z.bin").write_bytes(b"\0")
    first, second = Corpus(str(tmp_path)).passages()
    assert (first.id, first.text) == ("b.md", "# Title\n\nText of b.")
    assert (second.id, second.text) == ("sub/a.html", "T\nOne & two\n三")


def test_documents_are_cut_into_chunks_that_name_them(tmp_path):
    (tmp_path / "a.txt").write_text("One two. Three four.", "utf-8")
    parts = Corpus(str(tmp_path / "a.txt"), chunk=3).passages()
    assert [(part.id, part.text) for part in parts] == [
        ("a.txt#1", "One two."),
        ("a.txt#2", "Three four."),
    ]


def pdf(text):
    """Write a PDF of one page by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        body
        + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            len(body),
        )
    )


def test_a_pdf_is_read_and_a_broken_one_is_named(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf("Hello from a page"))
    (passage,) = Corpus(str(tmp_path / "a.pdf")).passages()
    assert passage.text == "Hello from a page"
    (tmp_path / "b.pdf").write_bytes(b"no pdf")
    with pytest.raises(ValueError, match=r"b\.pdf cannot be read as PDF"):
        Corpus(str(tmp_path / "b.pdf")).passages()


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([{"id": "a"}], r"line 1: text or contents or .* is None; .*the record has id"),
        ([{"id": "a", "text": 5}], "line 1: text or .* is 5"),
        ([{"id": "a", "text": "x"}, {"id": "a", "text": "y"}], "the id 'a' comes twice"),
        ([], "no passage in it"),
    ],
)
def test_a_bad_corpus_is_said_with_its_line(tmp_path, records, message):
    path = lines(tmp_path / "c.jsonl", *records)
    with pytest.raises(ValueError, match=message):
        Corpus(path).passages()


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "c.jsonl").write_text('{"id": "a", "text": "x"}\n{"id":', "utf-8")
    with pytest.raises(ValueError, match=r"(?s)c\.jsonl.*line 2: not JSON"):
        Corpus(str(tmp_path / "c.jsonl")).passages()


def test_what_is_not_there_or_cannot_be_meant_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such corpus; expected JSON Lines"):
        Corpus(str(tmp_path / "none.jsonl")).passages()
    with pytest.raises(ValueError, match="no file that can be read; expected .*pdf"):
        Corpus(str(tmp_path)).passages()
    for fields, message in [
        ({"path": ""}, "corpus is empty"),
        ({"path": "a", "chunk": 0}, "chunk is 0"),
        ({"path": "a", "chunk": 5, "overlap": 5}, "overlap is 5"),
        ({"path": "a", "overlap": 1}, "overlap is 1"),
        ({"path": "a", "fields": {"body": "x"}}, "fields names body; there are id, text, title"),
    ]:
        with pytest.raises(ValueError, match=message):
            Corpus(**fields)


def test_a_chunk_is_measured_in_a_models_tokens_where_one_is_named(tmp_path):
    text = "Supercalifragilistic words are many tokens each. 猫坐在垫子上。" * 6
    (tmp_path / "a.txt").write_text(text, "utf-8")
    parts = Corpus(str(tmp_path / "a.txt"), chunk=8, tokenizer="smollm2").passages()
    assert max(Tokenizer("smollm2")([part.text for part in parts])) <= 8
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    assert len(parts) > len(Corpus(str(tmp_path / "a.txt"), chunk=8).passages())
