"""The same sweep as Markdown, in the terminal, as a picture, and in a notebook."""

import csv
import re
import warnings
from io import StringIO
from xml.etree import ElementTree

import pytest
from matplotlib.font_manager import fontManager
from report_runs import trial, trials, write
from rich.console import Console

from promptlab.report.compared import compare
from promptlab.report.data.standings import read_standings
from promptlab.report.figures.fonts import chinese
from promptlab.report.markdown.page import markdown
from promptlab.report.spreadsheet import spreadsheet
from promptlab.report.terminal import show, svg


def printed(sweep, width):
    console = Console(width=width, file=StringIO())
    show(sweep, console)
    return console.file.getvalue()


def test_markdown_has_the_tables_the_plot_and_the_differences(sweep):
    text = markdown(read_standings([sweep]))
    parts = ("Ranking", "Forest plot", "Over k", "Factors", "Variance", "Examples")
    parts += ("Side by side", "Outcomes", "Costs")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        line for part in parts for line in re.findall(rf"^## {part}.*$", text, re.MULTILINE)
    ]
    assert "| 1 | knn,k=4 | **" in text
    assert "●" in text
    assert re.search(r"^-Demo\. Demo\. Demo\. Demo\. Q:", text, re.MULTILINE)


def test_every_row_of_a_markdown_table_has_as_many_cells(sweep):
    tables = re.findall(r"(?:^\|.*\n?)+", markdown(read_standings([sweep])), re.MULTILINE)
    assert len(tables) >= 4
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_markdown_takes_no_text_for_its_own(tmp_path):
    evil = "a|b `c` <script> *d* ```"
    for share, name in ((0.9, "x|y"), (0.4, "z")):
        made = [
            trial(n, gold=evil, said=evil if n / 20 < share else "no", prompt="```\n{}")
            for n in range(20)
        ]
        write(tmp_path, name, made)
    text = markdown(read_standings([tmp_path]))
    outside = re.sub(r"^(`{3,})\w*\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "<script>" not in outside
    assert r"x\|y" in outside


def test_the_terminal_shows_ranks_intervals_letters_and_words(sweep):
    told = printed(read_standings([sweep])[0], 140)
    assert re.search(r"1\s+knn,k=4\s+\d+\.\d\s+\d+\.\d – \d+\.\d\s+a ", told)
    assert "unparsed" in told
    assert "beats random,k=1" in told
    assert "◆" in told


def test_a_narrow_terminal_keeps_what_matters(sweep):
    told = printed(read_standings([sweep])[0], 80)
    assert "not parsed" in told
    assert "p, Holm" not in told
    assert all(len(line) <= 80 for line in told.splitlines())


def test_a_baseline_is_marked_and_others_are_compared_with_it(sweep):
    told = printed(read_standings([sweep], baseline="random,k=2")[0], 140)
    assert "random,k=2 (baseline)" in told
    assert "beats random,k=2 by" in told


def test_names_are_no_markup_of_the_terminal(tmp_path):
    write(tmp_path, "[bold]x[/bold]", trials(0.9))
    write(tmp_path, "[red]", trials(0.1))
    told = printed(read_standings([tmp_path])[0], 140)
    assert "[bold]x[/bold]" in told
    assert "[red]" in told


def test_the_picture_is_drawn_without_fetching_a_font(sweep):
    drawn = svg(read_standings([sweep]))
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    assert "url(http" not in drawn
    assert drawn == svg(read_standings([sweep]))


def test_a_spreadsheet_has_a_row_for_each_variant_of_each_data_set(sweep, tmp_path):
    for name, right in (('近邻, "k=4"', 0.75), ("随机", 0.5)):
        write(tmp_path / "other", name, trials(right, count=20), dataset="情感")
    read = read_standings([sweep, tmp_path / "other"])
    rows = list(csv.DictReader(StringIO(spreadsheet(read))))
    assert [(row["dataset"], row["variant"]) for row in rows] == [
        (each.title, name) for each in read for name in each.names
    ]
    assert {"情感", "sums"} <= {row["dataset"] for row in rows}
    for place, row in zip([place for each in read for place in each.ranking], rows, strict=True):
        assert float(row["accuracy"]) == pytest.approx(place.variant.mean, rel=1e-5)
        assert int(row["examples"]) == place.variant.examples


def test_a_notebook_gets_frames_with_the_swept_settings(sweep):
    compared = compare(sweep)
    frame = compared.frame()
    assert frame.index[0] == "knn,k=4"
    assert list(frame["selection"])[:3] == ["knn"] * 3
    assert frame["accuracy"].is_monotonic_decreasing
    assert (frame[["right", "wrong", "unparsed"]].sum(axis=1) == 40).all()
    answers = compared.answers()
    assert len(answers) == 240
    assert answers.groupby("variant")["accuracy"].mean()["knn,k=4"] == frame["accuracy"].iloc[0]


def test_a_notebook_gets_figures(sweep, tmp_path):
    compared = compare([sweep])
    for name in ("forest", "pareto", "curve", "heat_map", "matrix"):
        figure = getattr(compared, name)()
        figure.savefig(tmp_path / f"{name}.png", dpi=30)
        assert figure.axes
    (axes,) = compared.heat_map("k", "selection").axes
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("k", "selection")
    with pytest.raises(ValueError, match="there is no colour; swept: k, selection"):
        compared.heat_map("colour")


@pytest.mark.skipif(not chinese(), reason="no font with Chinese letters is installed")
def test_figures_have_chinese_letters_where_a_font_has_them(tmp_path):
    for name, right in (("近邻，示例=2", 0.8), ("随机，示例=2", 0.5)):
        write(tmp_path / "runs", name, trials(right))
    with warnings.catch_warnings(action="error"):
        compare(tmp_path / "runs").forest().savefig(tmp_path / "forest.png")
        compare(tmp_path / "runs").matrix().savefig(tmp_path / "matrix.png")


@pytest.mark.skipif(not chinese(), reason="no font with Chinese letters is installed")
def test_a_font_that_is_newer_than_the_list_of_fonts_is_found(monkeypatch):
    monkeypatch.setattr(fontManager, "ttflist", [])
    assert set(chinese()) & set(chinese.__wrapped__())


def test_figures_are_drawn_without_chinese_letters_too(sweep, tmp_path, monkeypatch):
    monkeypatch.setattr("promptlab.report.figures.fonts.chinese", tuple)
    compare(sweep).forest().savefig(tmp_path / "forest.png")
    assert (tmp_path / "forest.png").stat().st_size > 1000


def test_a_notebook_saves_the_report(sweep, tmp_path):
    page, text, table = compare(str(sweep)).save(tmp_path / "saved")
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert text.read_text("utf-8").startswith("# Leaderboard: sums")
    assert table.read_text("utf-8").startswith("dataset,variant,")


def test_an_experiment_is_as_good_as_its_folder(sweep):
    class Experiment:
        folder = sweep

    assert compare(Experiment()).sweep.names[0] == "knn,k=4"


def test_without_tokens_there_is_no_cost_to_draw(tmp_path):
    folder = tmp_path / "free"
    folder.mkdir()
    line = '{"id": "a", "scores": {"accuracy": 1}, "outcome": "parsed", "exchanges": []}\n'
    (folder / "trials.jsonl").write_text(line)
    with pytest.raises(ValueError, match="no tokens were counted"):
        compare(folder).pareto()
