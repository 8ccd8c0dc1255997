"""`python -m promptlab perplexity`: what a model makes of texts, read from files."""

import json
from pathlib import Path

import pytest

PROSE = Path(__file__).parents[2] / "datasets" / "prose" / "text.jsonl"
MODEL = "model=scripted"


def told(out):
    return [json.loads(line) for line in out.splitlines()]


def test_a_corpus_of_records_has_the_figures_of_all_its_texts(promptlab) -> None:
    status, out, err = promptlab("perplexity", str(PROSE), MODEL, "--json")
    assert (status, err) == (0, "")
    (figures,) = told(out)
    texts = [json.loads(line)["text"] for line in PROSE.read_text("utf-8").splitlines()]
    assert figures["texts"] == len(texts) == 20
    assert figures["bytes"] == sum(len(text.encode()) for text in texts)
    assert figures["perplexity_per_token"] > 1


def test_several_files_are_told_apart_and_together(promptlab, tmp_path) -> None:
    (tmp_path / "a.txt").write_text("one line\n\n另一行\n", "utf-8")
    (tmp_path / "b.jsonl").write_text('{"body": "三"}\n', "utf-8")
    words = ("perplexity", "a.txt", "b.jsonl", MODEL, "--field", "body", "--by-line", "--json")
    status, out, _ = promptlab(*words)
    assert status == 0
    assert [(each["file"], each["texts"]) for each in told(out)] == [
        ("a.txt", 2),
        ("b.jsonl", 1),
        ("all", 3),
    ]
    status, out, _ = promptlab("perplexity", "a.txt", MODEL)
    assert "bits per byte (1 text, " in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("a.txt",), "expected a file at least, and model="),
        ((MODEL,), "expected a file at least, and model="),
        (("nowhere.txt", MODEL), "nowhere.txt: no such file; expected a file of text"),
        (("empty.txt", MODEL), "empty.txt: there is no text in it"),
        (("b.jsonl", MODEL), "b.jsonl, line 1: no text in the field 'text'; it has the fields bo"),
        (("broken.jsonl", MODEL), "broken.jsonl, line 1: "),
        (("a.txt", MODEL, "--window", "9"), "--window and --stride are of models that run here"),
    ],
)
def test_what_cannot_be_read_has_one_message(promptlab, tmp_path, words, message) -> None:
    (tmp_path / "a.txt").write_text("a", "utf-8")
    (tmp_path / "empty.txt").write_text(" \n", "utf-8")
    (tmp_path / "b.jsonl").write_text('{"body": "三"}\n', "utf-8")
    (tmp_path / "broken.jsonl").write_text('{"text": \n', "utf-8")
    status, _, err = promptlab("perplexity", *words)
    assert status == 1
    assert message in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("option", ["--window", "--stride"])
@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_window_has_a_token_at_least(promptlab, tmp_path, option, number) -> None:
    (tmp_path / "a.txt").write_text("a", "utf-8")
    status, _, err = promptlab("perplexity", "a.txt", MODEL, f"{option}={number}")
    assert status == 2
    assert f"argument {option}: {number}: expected a number of tokens, 1 at least" in err
