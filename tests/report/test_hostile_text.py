"""Names, questions, labels and completions that would do something if they were obeyed."""

import csv
import re
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from reading_html import Page
from report_runs import trial, write
from rich.console import Console

from promptlab.records.files import Records, read_result
from promptlab.report.compared import compare
from promptlab.report.data.standings import read_standings
from promptlab.report.description import description
from promptlab.report.html.page import page
from promptlab.report.leaderboard import leaderboard
from promptlab.report.markdown.page import markdown
from promptlab.report.spreadsheet import spreadsheet
from promptlab.report.terminal import show, svg
from promptlab.types import Question

UNSEEN = "\x1b]52;c;QUJD\x07\x00\x7f\x9b31m\u202e\u2066\u2028\ud800"
MARKUP = "[/INST] [red] :smile: <img src=x onerror=alert(1)> a|b `c` $\\frac{1}{2}$"
HOSTILE = f"={UNSEEN}{MARKUP}\n{{{{7}}}}"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


LEVELS = {"x": 0.9, "y": 0.2, "z": 0.5}


def hostile_trial(number, name, share):
    """A trial of which everything that is text is hostile."""
    made = trial(
        number,
        gold=HOSTILE,
        said=HOSTILE if number / 20 < share else "no",
        outcome="unparsed" if number == 19 else "parsed",
        text=f"{HOSTILE} {number}",
        prompt=f"{HOSTILE.replace('{', '{{').replace('}', '}}')} {name} {{}}",
    )
    question = Question(f"{number} {HOSTILE}", f"{HOSTILE} {number}")
    return replace(made, example=replace(made.example, question=question))


@pytest.fixture
def hostile(tmp_path):
    """Read a sweep whose names are hostile, too."""
    for name, share in LEVELS.items():
        made = [hostile_trial(number, name, share) for number in range(20)]
        config = {"strategy": {"cue": f"{HOSTILE}{name}"}, "k": f"-{len(name)}{name}"}
        folder = write(tmp_path, name, made, config=config, dataset=HOSTILE)
        Records(folder).write_result(read_result(folder) | {"name": f"{HOSTILE}{name}"})
    return read_standings([tmp_path])


def terminal(sweeps) -> str:
    console = Console(width=200, file=StringIO(), force_terminal=False)
    for sweep in sweeps:
        show(sweep, console)
        results = [result for each in sweep.results.values() for result in each]
        whole = {"n": 20, "accuracy": 0.5, "accuracy_low": 0.1, "accuracy_high": 0.9}
        console.print(leaderboard([{**result, "metrics": whole} for result in results], (), 200))
    return console.file.getvalue()


OUTPUTS = {
    "terminal": terminal,
    "picture": svg,
    "page": page,
    "Markdown": markdown,
    "spreadsheet": spreadsheet,
    "description": lambda sweeps: description(sweeps, HOSTILE, f"python -m promptlab {HOSTILE}"),
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_nothing_unseen_is_in_any_output(hostile, output) -> None:
    written = OUTPUTS[output](hostile)
    assert not OBEYED.search(written)
    shown = written.replace("&#x27;", "'").replace("\\\\", "\\").replace("\n", "")
    assert r"\x1b" in shown
    assert "😄" not in written


def test_records_keep_what_is_escaped_where_it_is_shown(hostile, tmp_path) -> None:
    answers = compare(tmp_path).answers()
    assert set(answers["gold"]) == {HOSTILE.replace("\ud800", r"\ud800")}


def test_a_terminal_reads_no_markup_in_data(hostile) -> None:
    told = terminal(hostile)
    for said in ("[/INST]", "[red]", ":smile:", "<img src=x onerror=alert(1)>"):
        assert said in told.replace("\n", "")


def test_a_picture_is_whole_and_has_the_names(hostile) -> None:
    texts = "".join(ElementTree.fromstring(svg(hostile)).itertext()).replace("\xa0", " ")
    assert ":smile:" in texts
    assert "[red]" in texts


def test_a_page_has_no_element_of_the_data(hostile) -> None:
    read = Page(page(hostile))
    assert all("onerror" not in attributes for _, attributes in read.elements)
    assert "<img src=x onerror=alert(1)>" in read.text
    (data,) = read.data["matrix-data"]
    assert not OBEYED.search(str(data))


def test_markdown_has_no_element_of_the_data(hostile) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(hostile))
    inside = [inner for token in tokens for inner in (token, *(token.children or ()))]
    kinds = {token.type for token in inside}
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}
    rows = re.findall(r"^\|.*$", markdown(hostile), re.MULTILINE)
    assert any("smile" in row for row in rows)


def test_a_spreadsheet_reckons_no_text_and_keeps_its_numbers(hostile) -> None:
    rows = list(csv.DictReader(StringIO(spreadsheet(hostile))))
    assert all(row["dataset"].startswith("'=") for row in rows)
    assert {row["k"] for row in rows} == {"'-1x", "'-1y", "'-1z"}
    assert all(-1 <= float(row["behind"]) <= 1 for row in rows if row["behind"])


def test_a_figure_reads_no_formula(hostile, tmp_path) -> None:
    compared = compare(tmp_path)
    for name in ("forest", "pareto", "matrix"):
        getattr(compared, name)().savefig(tmp_path / f"{name}.svg")
        ElementTree.parse(tmp_path / f"{name}.svg")
    labels = compared.forest().axes[0].get_yticklabels()
    assert [label.get_parse_math() for label in labels] == [False] * 3
    assert [label.get_text()[-1] for label in labels] == ["x", "z", "y"]
    assert all(r"\x1b]52;c;QUJD\x07" in label.get_text() for label in labels)
