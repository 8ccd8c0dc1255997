"""`data`: what was understood is said, and the command that it ends in runs."""

import csv
import json
import re
import shlex

import pytest

from promptlab.cli.command.data import command, data, source_of
from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides

MAILS = """subject,body,tier,label
Refund?,"I want my {money} back, 你好",gold,billing
Login,Cannot log in,free,account
Price,How much is it?,,billing
Password,Reset it,gold,account
"""


@pytest.fixture
def said(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def of(*arguments):
        data([*map(str, arguments), "model=scripted"])
        return capsys.readouterr().out

    return of


@pytest.fixture
def mails(tmp_path):
    (tmp_path / "mails.csv").write_text(MAILS, "utf-8")
    return tmp_path / "mails.csv"


def jsonl(folder, **parts):
    for name, rows in parts.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    return folder


def test_fields_answers_and_lengths_are_told(mails, said):
    text = said(mails, "dataset.fields.question=About {subject}: {body}")
    assert "2 examples to demonstrate, 2 to ask, drawn by dataset.seed from one file" in text
    assert re.search(r"subject +4 +text +Refund\? +question", text)
    assert re.search(r"tier +3 +text +gold *\n", text)
    assert re.search(r"label +4 +text +billing +answer", text)
    assert re.search(r"billing +1 +1", text)
    assert "answers: label, 2 different ones" in text
    assert re.search(r"length of a question of the pool: \d+ to \d+ characters, median", text)


def test_what_repeats_and_what_leaks_is_told(tmp_path, said):
    rows = [{"question": "1 + 2?", "answer": 3}, {"question": "1 + 2", "answer": 3}]
    text = said(jsonl(tmp_path, train=rows, test=[{"question": "1 + 2 ?", "answer": 3}]))
    assert "repeated in the pool: 1 questions" in text
    assert "1 of the 1 questions" in text
    assert "2 of the same text" in text
    assert "answers: number" in text


def test_the_command_it_ends_in_is_one_that_runs(mails, said):
    text = said(mails, "dataset.fields.question=Subject: {subject}\\n{body}")
    line = text.strip().splitlines()[-1]
    words = shlex.split(line.partition("promptlab ")[2].removeprefix("-m "))
    words = [word.replace("random,bm25", "bm25") for word in words]
    experiment = build(compose([*rewrite_overrides(words), "folder=x"]))
    assert experiment.dataset.test[0].question.text.startswith("Subject: ")
    assert (len(experiment.dataset.pool), experiment.selection.k) == (2, 2)


def test_chinese_data_are_asked_about_in_chinese(tmp_path, said):
    rows = [{"text": f"这本书很好看，第{n}次读。", "label": "好评"} for n in range(3)]
    text = said(jsonl(tmp_path, train=rows, test=[{"text": "不好看。", "label": "好评"}]))
    assert "template=classify_zh_v1 strategy=choose selection=random,bm25 k=3" in text


def test_a_pool_that_is_there_is_not_carved_anew(tmp_path, said):
    row = {"question": "What?", "answer": "this one"}
    text = said(jsonl(tmp_path, train=[row | {"question": "Who?"}], test=[row]))
    assert "pool_size" not in text
    assert "strategy=direct" in text


def test_text_of_the_data_is_shown_and_never_obeyed(tmp_path, said):
    row = {"question": "[red]\x1b[31m{x}\n${oc.env:HOME}", "answer": "[/]"}
    text = said(jsonl(tmp_path, train=[row], test=[row]))
    assert "\x1b" not in text
    assert "[red]" in text


def test_what_cannot_be_read_is_told_with_its_line(tmp_path, said):
    (tmp_path / "test.jsonl").write_text('{"question": "a", "answer": 1}\n{broken\n', "utf-8")
    with pytest.raises(ValueError, match=r"1 of 2 records .*test.jsonl are bad:\n  line 2"):
        said(tmp_path, "dataset.pool_size=1")


def test_a_folder_of_other_files_is_refused_with_what_is_there(tmp_path):
    (tmp_path / "notes.docx").write_text("")
    with pytest.raises(ValueError, match=r"expected \.jsonl.*there is notes.docx"):
        source_of(str(tmp_path))


def test_formats_are_told_by_their_suffixes(tmp_path, mails):
    assert source_of(str(mails)) == "csv"
    (tmp_path / "test.jsonl.gz").write_bytes(b"")
    (tmp_path / "train.jsonl.gz").write_bytes(b"")
    assert source_of(str(tmp_path)) == "jsonl"


def test_without_a_pool_nothing_is_demonstrated(mails):
    told = ["dataset=csv", f"dataset.path={mails}", "dataset.fields.question=body", "folder=x"]
    dataset = build(compose([*told, "dataset.task.labels=[billing,account]"])).dataset
    assert command(dataset, ["dataset=csv"]).endswith("strategy=choose selection=zero")


def test_few_answers_that_come_again_and_again_are_read_as_labels(said, tmp_path):
    teams = ("billing", "account", "other") * 8
    rows = [{"text": f"Message {n}", "team": team} for n, team in enumerate(teams)]
    jsonl(tmp_path, mine=rows)
    named = "dataset.fields.answer=team"
    text = said(tmp_path / "mine.jsonl", named)
    assert "answers: label, 3 different ones" in text
    assert "dataset.task.answer=label template=classify_v1" in text
    told = said(tmp_path / "mine.jsonl", named, "dataset.task.answer=text")
    assert "answers: text" in told
    jsonl(tmp_path, mine=[row | {"team": f"{row['team']} {n}"} for n, row in enumerate(rows)])
    assert "answers: text" in said(tmp_path / "mine.jsonl", named)


def test_all_leaks_are_written_where_they_are_asked_for(tmp_path, said):
    rows = [{"question": text, "answer": 1} for text in ("1 + 2", "=2 * 3", "是这样吗")]
    data_folder = jsonl(tmp_path, train=rows, test=rows[1:])
    said(data_folder, "--leaks", tmp_path / "all" / "leaks.csv")
    with (tmp_path / "all" / "leaks.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [(row["how"], row["asked"].lstrip("'")) for row in table] == [
        ("text", "=2 * 3"),
        ("text", "是这样吗"),
    ]
    assert not table[0]["asked"].startswith("=")
