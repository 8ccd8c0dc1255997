"""`annotate` on the command line: what it writes, what it never writes over, and its page."""

import csv
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

from promptlab.cli import label_file
from promptlab.cli.config.compose import build, compose
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.data.csv import Csv
from promptlab.data.jsonl import Jsonl
from promptlab.data.task import PartialTask

PAGE = (Path(__file__).parents[2] / "docs" / "annotate.md").read_text("utf-8")
QUESTIONS = [f"{word} number {n}?" for n in range(8) for word in ("Who is", "Where is", "谁是")]
ASKED = ["model=scripted", "tracking=none"]


class FirstLetters:
    """An encoder to which questions that begin alike are alike."""

    identity = "first letters"

    def encode(self, texts):
        return np.array([(ord(text[1]) % 97, ord(text[2]) % 89, 9) for text in texts], np.float32)


@pytest.fixture
def annotate(promptlab):
    """Annotate in a folder with a pool, with an encoder that loads nothing."""
    Path("mine/encoder").mkdir(parents=True)
    target = f"{FirstLetters.__module__}.{FirstLetters.__name__}"
    Path("mine/encoder/letters.yaml").write_text(f"_target_: {target}\n", "utf-8")
    write("questions.jsonl", [{"question": text} for text in QUESTIONS])
    return lambda *words: promptlab("annotate", *words, "--config-dir", "mine", "encoder=letters")


def write(path, rows):
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    Path(path).write_text("".join(lines), "utf-8")


def read(path):
    if path.endswith(".csv"):
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def filled_in(path, rows):
    """Save what somebody filled in, a table as a spreadsheet does."""
    if not path.endswith(".csv"):
        write(path, rows)
        return
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)


def fill(path, answer):
    write(path, [{**row, "answer": answer} for row in read(path)])


def test_it_writes_what_to_label_and_what_is_filled_in_is_read_back(annotate):
    status, said, _ = annotate("questions.jsonl", "--budget", "3", "selection.neighbours=7")
    assert status == 0
    assert "3 of 24 questions to label, the most wanted first: questions-to-label.jsonl" in said
    rows = read("questions-to-label.jsonl")
    assert [list(row) for row in rows] == [["id", "question", "answer", "why"]] * 3
    # Each group of questions that begin alike votes for itself.
    assert [row["question"] for row in rows] == [
        "Who is number 0?",
        "Where is number 0?",
        "谁是 number 0?",
    ]
    assert [row["answer"] for row in rows] == [""] * 3
    fill("questions-to-label.jsonl", "是")
    (example, *_) = Jsonl("questions-to-label.jsonl").load().test
    assert (example.id, example.question.text, example.answer) == (
        "pool-1",
        "Who is number 0?",
        "是",
    )


def test_a_file_in_which_somebody_wrote_is_left_as_it_is(annotate):
    command = ["questions.jsonl", "--budget", "2", "selection=complexity"]
    assert annotate(*command)[0] == annotate(*command)[0] == 0  # nobody wrote in between
    write("questions-to-label.jsonl", [{"id": "1", "question": "?", "answer": "one", "why": ""}])
    before = Path("questions-to-label.jsonl").read_bytes()
    status, _, said = annotate(*command)
    assert status == 1
    assert "questions-to-label.jsonl: there already, with 1 filled in" in said
    assert Path("questions-to-label.jsonl").read_bytes() == before
    write("questions-to-label.jsonl", [{"id": "1", "question": "?", "why": "", "答案": False}])
    assert "with 1 filled in" in annotate(*command)[2]
    assert "no file of questions to label" in annotate(*command, "--out", "questions.jsonl")[2]
    assert len(read("questions.jsonl")) == 24


def test_a_table_is_written_for_a_table_and_no_spreadsheet_reckons_in_it(annotate):
    texts = ["=1+1 是多少？", '=HYPERLINK("x", "y")', "plain, with a comma", "{x} ${oc.env:HOME}"]
    with Path("题库.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(
            [("编号", "题目", "label"), *((text[:2], text, "") for text in texts)]
        )
    fields = ["dataset.fields.id=编号", "dataset.fields.question=题目", "dataset.encoding=gb18030"]
    status, said, _ = annotate("题库.csv", *fields, "selection=complexity")
    assert (status, "题库-to-label.csv" in said) == (0, True)
    rows = read("题库-to-label.csv")
    assert list(rows[0]) == ["id", "question", "label", "why"]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    again = Csv("题库-to-label.csv", task=PartialTask(unanswerable="keep")).load().test
    assert sorted(example.question.text.strip() for example in again) == sorted(texts)


def test_a_model_is_asked_only_where_the_method_needs_it(annotate, monkeypatch):
    from promptlab.model.scripted import Scripted

    asked = []
    monkeypatch.setattr(Scripted, "_text", lambda _, request: asked.append(request) or "7")
    command = ["questions.jsonl", "--budget", "3", *ASKED, "dataset.task.answer=number"]
    assert annotate(*command, "selection=complexity")[0] == 0
    assert not asked
    uncertain = ["selection=uncertain", "selection.samples=2", "strategy@selection.strategy=direct"]
    assert annotate(*command, *uncertain)[0] == 0
    assert len(asked) == 48
    assert read("questions-to-label.jsonl")[0]["why"] == "disagreement 1 of 2 draws"


def test_answers_of_an_earlier_round_are_known(annotate):
    write(
        "pool.jsonl",
        [{"id": f"q{n}", "text": text, "label": ""} for n, text in enumerate(QUESTIONS)],
    )
    write("first.jsonl", [{"id": "q0", "question": "?", "label": "person", "why": ""}])
    write("zero.jsonl", [{"id": 7, "question": "?", "answer": 0, "why": ""}])
    assert label_file.answers(Path("zero.jsonl")) == {"7": "0"}
    seeds = ["selection=confidence_vote_k", "selection.seeds=2", "selection.neighbours=7", *ASKED]
    command = ["pool.jsonl", "--budget", "4", "--labelled", "first.jsonl", *seeds]
    assert "expected a label task with labels" in annotate(*command)[2]
    status, said, _ = annotate(*command, "dataset.task.labels=[person,place]")
    assert (status, "with an answer already: 1" in said) == (0, True)
    assert [row["label"] for row in read("pool-to-label.jsonl")] == ["person", "", "", ""]
    write("first.jsonl", [{"id": "x", "question": "?", "label": "person", "why": ""}])
    wrong = annotate(*command, "dataset.task.labels=[person,place]", "--out", "other.jsonl")[2]
    assert "an answer to 'x', which is not in the pool" in wrong


@pytest.mark.parametrize("method", ["complexity", "vote_k"])
def test_no_question_is_bought_twice(annotate, method):
    texts = [text for text in QUESTIONS[:6] for text in (text, f" {text.upper()}")]
    write(f"{method}.jsonl", [{"question": text} for text in texts])
    words = ["--budget", "9", f"selection={method}"]
    with pytest.warns(UserWarning, match="holds only 6 different questions: all are chosen"):
        status, said, _ = annotate(f"{method}.jsonl", *words)
    assert status == 0
    assert "6 of 12 questions to label (asked again there, and not chosen twice: 6)" in said
    assert {row["question"] for row in read(f"{method}-to-label.jsonl")} == set(QUESTIONS[:6])


TABLE = ["dataset.encoding=gb18030", 'dataset.delimiter=";"']


@pytest.mark.parametrize("out", ["labels.csv", "labels.jsonl"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_what_is_filled_in_is_a_pool_beside_any_test(annotate, promptlab, kind, out):
    texts = ["{x} 是什么？", "=1+1 是多少？", 'with a "mark", and; more', "two\nlines"]
    for name in ("pool", "test"):
        rows = [{"编号": f"{name}-{n}", "题目": text} for n, text in enumerate(texts)]
        if kind == "csv":
            with Path(f"{name}.csv").open("w", encoding="gb18030", newline="") as file:
                table = csv.DictWriter(file, ["编号", "题目", "答案"], delimiter=";")
                table.writeheader()
                table.writerows({**row, "答案": "42"} for row in rows)
        else:
            write(f"{name}.jsonl", [{**row, "答案": "42"} for row in rows])
    data = [f"dataset={kind}", "dataset.fields.id=编号", "dataset.fields.question=题目"]
    data += TABLE if kind == "csv" else []
    status, _, wrong = annotate(f"pool.{kind}", *data, "selection=complexity", "--out", out)
    assert status == 0, wrong
    rows = [{**row, "answer": "7"} for row in read(out)]
    filled_in(out, rows)
    answer = ["dataset.fields.answer=答案", "dataset.task.answer=number"]
    words = [*data, *answer, f"dataset.path=test.{kind}", f"dataset.pool={Path(out).absolute()}"]
    built = build(compose(rewrite_overrides([*words, "selection=first", "k=2", "folder=x"])))
    pool = {each.question.text.strip(): each.answer for each in built.dataset.pool}
    assert pool == dict.fromkeys(texts, "7")
    assert [each.answer for each in built.dataset.test] == ["42"] * 4


@pytest.mark.parametrize("out", ["labels.csv", "labels.jsonl"])
def test_what_was_said_before_and_what_a_prompt_reads_comes_back(annotate, out):
    said = ("喂, is {x} there?", "=1", "Which colour?")
    roles = ("user", "assistant", "user")
    turns = [{"role": role, "content": text} for role, text in zip(roles, said, strict=True)]
    pool = [{"messages": turns, "topic": {"名": ["a", 1]}, "label": ""}] * 2
    write("pool.jsonl", [*pool, {"messages": turns[2:], "topic": "", "label": ""}])
    write("test.jsonl", [{"question": "Which?", "topic": "b", "label": "red"}])
    data = ["dataset=jsonl", "dataset.fields.metadata=[topic]", "dataset.task.answer=label"]
    data += ["dataset.task.labels=[red,blue]"]
    assert annotate("pool.jsonl", *data, "selection=complexity", "--out", out)[0] == 0
    filled_in(out, [{**row, "label": "red"} for row in read(out)])
    words = [*data, "dataset.path=test.jsonl", f"dataset.pool={Path(out).absolute()}", "folder=x"]
    built = build(compose(rewrite_overrides(words)))
    told = [(each.question.turns, each.question.metadata["topic"]) for each in built.dataset.pool]
    assert told == [(tuple(turns[:2]), {"名": ["a", 1]}), ((), "")]
    other = annotate("pool.jsonl", *data, "selection=complexity", "--out", out)
    assert "filled in" in other[2]


@pytest.mark.parametrize("text", ["{oops", "[" * 200_000, "[1]", "7"])
def test_metadata_that_somebody_broke_is_told_with_its_line(annotate, text):
    write("broken.jsonl", [{"id": "1", "question": "?", "why": "", "metadata": text}])
    said = annotate("broken.jsonl")[2]
    assert re.search(r"line 1: 'metadata' is '.{1,60}'; expected an object", said)
    assert len(said) < 500


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.jsonl"], r"there is no folder or file .*nowhere.jsonl; [^S]*\.$"),
        (["/nope.jsonl"], r"there is no folder or file /nope.jsonl"),
        (["questions.jsonl", "--budget", "-1"], "--budget is -1; expected a number of labels"),
        (["empty.csv"], "empty.csv is empty"),
        (["broken.jsonl"], "1 of 2 records of .*broken.jsonl are bad:\n  line 2: not JSON"),
        (
            ["questions.jsonl", "selection=knn"],
            "selection is KNN, which.*expected selection=vote_k",
        ),
        (["questions.jsonl", "--budget", "0"], "--budget is 0; expected a number of labels"),
        (
            ["questions.jsonl", "--out", "x.txt"],
            "x.txt: expected a name that ends in .jsonl or .csv",
        ),
        (["questions.jsonl", "--out", "no/x.csv"], "there is no folder no"),
        (["empty.jsonl"], "empty.jsonl is empty"),
        (["questions.jsonl", "--labelled", "empty.jsonl"], "no file of questions to label"),
    ],
)
def test_what_cannot_be_done_is_one_message(words, message, annotate):
    Path("empty.jsonl").touch()
    Path("empty.csv").touch()
    Path("broken.jsonl").write_text('{"question": "one?"}\n{"question": "two', "utf-8")
    status, _, said = annotate(*words)
    assert status == 1
    assert re.search(message, said.strip())
    assert said.count("promptlab: ") == 1
    assert not list(Path().glob("*-to-label*"))


def test_the_commands_of_the_page_work_as_they_stand(annotate, promptlab):
    write("test.jsonl", [{"question": "Who is it?", "answer": "me"}])
    for line in re.findall(r"^    python -m promptlab (.*)$", PAGE, re.MULTILINE):
        words = shlex.split(line)
        if "confidence_vote_k" in line:
            fill("seeds.jsonl", "place")
        if "dataset.pool" in line:
            fill("questions-to-label.jsonl", "me")
        if words[0] == "annotate":
            status, said, wrong = annotate(*words[1:], *ASKED)
        else:
            words = ["--config-dir", "mine", *words, "encoder=letters", "dataset.limit=1"]
            status, said, wrong = promptlab(*words, *ASKED)
        assert (status, line) == (0, line), said + wrong
    assert len(read("second.jsonl")) == 20
    assert [row["label"] for row in read("second.jsonl")[:11]] == ["place"] * 10 + [""]
    assert list(read("uncertain.jsonl")[0]) == ["id", "question", "answer", "why"]
