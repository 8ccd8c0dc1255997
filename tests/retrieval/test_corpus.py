import json

import pytest
from pypdf import PdfWriter

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


def test_records_of_several_files_are_told_apart_without_ids(tmp_path):
    for name in ("a", "b"):
        lines(tmp_path / f"{name}.jsonl", {"text": f"{name}1"}, {"text": f"{name}2"})
    found = [(each.id, each.text) for each in Corpus(str(tmp_path)).passages()]
    assert found[1:3] == [("a.jsonl, line 2", "a2"), ("b.jsonl, line 1", "b1")]


def test_what_is_hidden_or_says_nothing_is_no_passage(tmp_path):
    (tmp_path / ".git").mkdir()
    for name in (".git/a.txt", ".b.md"):
        (tmp_path / name).write_text("hidden", "utf-8")
    for name, text in (("空.txt", " \n"), ("c.html", "<!-- c -->"), ("手册（一）.md", "长城。")):
        (tmp_path / name).write_text(text, "utf-8")
    assert [each.id for each in Corpus(str(tmp_path)).passages()] == ["手册（一）.md"]


def test_a_page_that_cannot_be_read_to_its_end_is_named(tmp_path):
    (tmp_path / "a.html").write_text("<div>" * 5000 + "deep", "utf-8")
    with pytest.raises(ValueError, match=r"a\.html cannot be read to its end as HTML: .*depth"):
        Corpus(str(tmp_path)).passages()


def test_an_encrypted_pdf_is_named_unless_anybody_may_open_it(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf("Hello"))
    for name, password in (("locked", "secret"), ("open", "")):
        writer = PdfWriter(clone_from=tmp_path / "a.pdf")
        writer.encrypt(password, "owner", algorithm="RC4-128")
        writer.write(tmp_path / f"{name}.pdf")
    assert Corpus(str(tmp_path / "open.pdf")).passages()[0].text == "Hello"
    with pytest.raises(ValueError, match=r"locked\.pdf .*it is encrypted; expected one that opens"):
        Corpus(str(tmp_path / "locked.pdf")).passages()


def test_a_scan_is_told_of_and_left_out(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf(""))
    (tmp_path / "b.txt").write_text("b", "utf-8")
    with pytest.warns(RuntimeWarning, match=r"a\.pdf holds no text; a scan is read by OCR first"):
        assert [each.id for each in Corpus(str(tmp_path)).passages()] == ["b.txt"]


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl"])
def test_another_encoding_is_named_with_what_to_do(tmp_path, name):
    (tmp_path / name).write_bytes("长城是古代的防御工程".encode("gbk"))
    with pytest.raises(ValueError, match=r"is not UTF-8: line 1 .*convert it: iconv -f GB18030"):
        Corpus(str(tmp_path / name)).passages()


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
        ([{"id": [1], "text": "x"}], r"line 1: id or _id or docid is \[1\]; expected a text or a"),
        ([{"id": "", "text": "x"}], "is ''; expected a text or a number"),
        ([{"id": True, "text": "x"}], "is True; expected a text or a number"),
        ([{"id": 1, "text": "x"}, {"id": "1", "text": "y"}], "the id '1' comes twice"),
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
