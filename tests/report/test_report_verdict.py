"""A report begins with which prompt, and how sure that is; then the winner's prompt."""

import re
from io import StringIO

import pytest
from reading_html import Page
from report_runs import settings, trials, write
from rich.console import Console

from promptlab.cli.command.export import choose
from promptlab.report.compared import compare
from promptlab.report.data.ranking import rows
from promptlab.report.data.standings import read_standings
from promptlab.report.data.verdict import headline, reasons, verdict
from promptlab.report.html.page import embedded, page
from promptlab.report.markdown.page import markdown
from promptlab.report.terminal import show


def printed(sweep, width=120):
    console = Console(width=width, file=StringIO())
    show(sweep, console)
    return console.file.getvalue()


def said(folder):
    (sweep,) = read_standings([folder])
    found = verdict(sweep)
    return headline(found), list(reasons(found))


def test_it_is_sure_where_all_others_are_behind(tmp_path):
    for name, share in (("knn", 0.95), ("bm25", 0.3), ("zero", 0.2)):
        write(tmp_path, name, trials(share, 80))
    words, why = said(tmp_path)
    assert re.fullmatch(
        r"knn beats all two others: \d+\.\d % \[.*\], \d+\.\d points ahead of bm25, the next, "
        r"p < 0\.0001 after Holm",
        words,
    )
    assert why == []


def test_it_is_undecided_and_says_how_many_answers_would_decide(tmp_path):
    write(tmp_path, "knn", trials(0.8, 80, seed=1, tokens=100))
    write(tmp_path, "bm25", trials(0.75, 80, seed=2, tokens=100))
    write(tmp_path, "zero", trials(0.7, 80, seed=3, tokens=10))
    write(tmp_path, "random", trials(0.1, 80, seed=4, tokens=100))
    (sweep,) = read_standings([tmp_path])
    found, (words, why) = verdict(sweep), said(tmp_path)
    assert words.startswith(f"Undecided between three: {sweep.names[0]}, {sweep.names[1]} and ")
    assert re.search(r"About [\d,]+ more answers would be needed to tell them apart", words)
    assert found.answers == pytest.approx(3 * found.questions)
    assert not found.sure
    assert any("zero is the cheapest of them: 14 tokens" in each for each in why)
    assert "behind these, after Holm: random" in why


def test_equal_scores_are_said_to_be_equal(tmp_path):
    for name in ("one", "two"):
        write(tmp_path, name, trials(0.5))
    assert said(tmp_path)[0] == (
        "Undecided between two: one and two. two has the same score as one: how many more answers "
        "would tell them apart cannot be said"
    )


def test_names_with_commas_are_told_apart(tmp_path):
    for name in ("a,k=1", "b,k=2", "c,k=1"):
        write(tmp_path, name, trials(0.5))
    assert said(tmp_path)[0].startswith("Undecided between three: a,k=1; b,k=2 and c,k=1. ")


def test_alone_there_is_nothing_to_be_sure_of(tmp_path):
    write(tmp_path, "alone", trials(0.5))
    assert said(tmp_path) == ("There is nothing to compare alone with", [])


def test_verdict_then_prompt_then_figures_everywhere(sweep):
    (read,) = read_standings([sweep])
    words = headline(verdict(read))
    prompt = "Demo. Demo. Demo. Demo. Q: Question 0: how many?"
    html, text = Page(page([read])).text, markdown([read])
    for shown, figures in ((html, "Forest"), (text, "## Ranking"), (printed(read, 400), "p, Holm")):
        assert shown.index(words[:40]) < shown.index(prompt) < shown.index(figures)
    assert words in Page(embedded(read)).text
    assert compare(sweep).sentences[0] == words


def test_chinese_stands_in_the_verdict_and_the_prompt(tmp_path):
    for name, share in (("检索=近邻", 0.9), ("检索=随机", 0.2)):
        write(tmp_path, name, trials(share, 80, prompt="评论：{}\n情感："), dataset="情感")
    (read,) = read_standings([tmp_path])
    for shown in (Page(page([read])).text, markdown([read]), printed(read)):
        assert "检索=近邻 beats 检索=随机" in shown
        assert "情感：" in shown


def test_a_narrow_terminal_cuts_no_line_of_the_prompt(tmp_path):
    write(tmp_path, "long", trials(0.9, prompt="word " * 400 + "{}\n" + "长" * 300))
    told = printed(read_standings([tmp_path])[0], 60)
    assert "lines left out" in told
    assert all(len(line) <= 60 for line in told.splitlines())


def test_a_prompt_is_no_markup(tmp_path):
    evil = "[bold]x[/bold] </pre><script>alert(1)</script> ``` \x1b[2J {}"
    write(tmp_path, "evil", trials(0.9, prompt=evil))
    (read,) = read_standings([tmp_path])
    assert "[bold]x[/bold]" in printed(read)
    assert "\x1b" not in printed(read)
    assert len(Page(page([read])).all("script")) == 2
    assert "<script>" not in re.sub(r"^(`{3,}).*?^\1$", "", markdown([read]), flags=re.S | re.M)


@pytest.fixture
def seeded(tmp_path):
    for seed in range(3):
        for selection, share in (("knn", 0.8), ("random", 0.4)):
            config = {**settings(selection, 4), "seed": seed}
            write(tmp_path, f"{selection},seed={seed}", trials(share, seed=seed), config=config)
    return tmp_path


def test_seeds_are_shown_together_with_a_figure_each(seeded):
    (read,) = read_standings([seeded])
    assert read.names == ["knn", "random"]
    repeats = read.variants[0].run.repeats
    each = ", ".join(f"seed={n} {100 * one.mean:.1f}" for n, one in enumerate(repeats))
    for shown in (Page(page([read])).text, markdown([read]), printed(read, 160)):
        assert each in shown
        assert f"{100 * read.variants[0].run.spread:.1f}" in shown
        assert "± seeds" in shown
    assert rows(read)[0]["seeds"] == each
    assert rows(read)[0]["deviation"] == read.variants[0].run.spread
    assert read.ranking[0].cost.calls == 120


def test_seeds_can_be_shown_apart(seeded):
    (read,) = read_standings([seeded], repeated="")
    assert len(read.names) == 6
    assert "± seeds" not in Page(page([read])).text
    assert len(compare(seeded, repeated="").frame()) == 6


def test_variants_that_asked_the_same_are_shown_once_and_said(tmp_path):
    for ordering in ("similar_last", "similar_first", "shuffled"):
        write(tmp_path, f"zero,{ordering}", trials(0.4), same=True)
    write(tmp_path, "knn,similar_last", trials(0.9, prompt="Demo. {}"))
    (read,) = read_standings([tmp_path])
    assert read.names == ["knn,similar_last", "zero"]
    assert read.ranking[1].cost.calls == 40
    for shown in (Page(page([read])).text, markdown([read]).replace("\\", ""), printed(read, 160)):
        assert "3 variants asked the same; shown once" in shown


def test_a_model_has_a_column_where_models_differ(tmp_path):
    for name, model in (("a", "tiny-1b"), ("b", "large-8b")):
        write(tmp_path, name, trials(0.6, seed=len(model)), model=model)
    (read,) = read_standings([tmp_path])
    assert {row["model"] for row in rows(read)} == {"tiny-1b", "large-8b"}
    assert "| model |" in markdown([read])
    assert re.search(r"variant\s+model\s+accuracy", printed(read))
    heads = [each for each in Page(page([read])).all("th") if each.get("title") == "which answered"]
    assert len(heads) == 1


def test_no_model_has_a_column_where_all_are_one(sweep):
    (read,) = read_standings([sweep])
    assert "model" not in rows(read)[0]
    assert "| model |" not in markdown([read])


def test_of_the_winners_seeds_the_highest_is_exported_and_that_is_said(seeded):
    (read,) = read_standings([seeded])
    best = max(read.variants[0].run.repeats, key=lambda repeat: repeat.mean)
    folder, told = choose([seeded])
    assert folder.name == f"knn-{best.name}"
    assert told[0] == f"exported is {best.name}, the highest of its 3 seeds"


def test_of_several_data_sets_all_verdicts_come_first(tmp_path):
    for dataset in ("sums", "kinds"):
        for name, share in (("knn", 0.95), ("zero", 0.2)):
            made = trials(share, 80, seed=len(dataset))
            write(tmp_path / dataset, name, made, dataset=dataset)
    read = read_standings([tmp_path])
    shown = Page(page(read))
    links = [each["href"] for each in shown.all("a")]
    assert links[:2] == ["#1-verdict", "#2-verdict"]
    assert {each["id"] for each in shown.all("header")} == {"1-verdict", "2-verdict"}
    first = markdown(read).split("\n\n")[0].splitlines()
    assert [line.partition(":")[0] for line in first] == [f"- {each.title}" for each in read]
