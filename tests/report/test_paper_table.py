"""A table for a paper: what its cells are, what is marked in it, and how it is written."""

import csv
import random
import re
from dataclasses import replace
from io import StringIO
from statistics import fmean, stdev

import pytest
from markdown_it import MarkdownIt
from report_runs import settings, trial, write

from promptlab.analysis.comparison.compare import compare
from promptlab.report.paper import csv as as_csv
from promptlab.report.paper import latex, markdown
from promptlab.report.paper.paper_table import read_table


def run(folder, selection, seed, right, *, count=20, dataset="sums", k=4, config=None):
    """A run with so many right answers, the first ones but for a seed's shift."""
    made = [
        trial(n, gold=str(n), said=str(n if (n + seed) % count < right else -1))
        for n in range(count)
    ]
    config = settings(selection, k) | {"seed": seed} if config is None else config
    write(folder, f"{selection},k={k},seed={seed},{dataset}", made, config=config, dataset=dataset)


@pytest.fixture
def runs(tmp_path):
    """Three selections, two of them alike, on two data sets; one was run with one seed."""
    for dataset in ("sums", "words"):
        for seed in range(3):
            run(tmp_path, "knn", seed, 18 + seed % 2, dataset=dataset)
            run(tmp_path, "mmr", seed, 17 + seed % 2, dataset=dataset)
        run(tmp_path, "zero", 0, 2, dataset=dataset)
    return tmp_path


def lines(table):
    return list(csv.DictReader(StringIO(as_csv.write(table))))


def test_a_cell_is_the_mean_and_the_deviation_of_its_seeds(runs) -> None:
    found = read_table([runs])
    assert (found.rows, found.columns) == (("selection",), ("dataset",))
    assert (found.lines, found.heads) == ((("knn",), ("mmr",), ("zero",)), (("sums",), ("words",)))
    cell = found.cells[("knn",), ("sums",)]
    assert cell.values == (0.9, 0.95, 0.9)
    assert (cell.mean, cell.deviation) == (fmean(cell.values), stdev(cell.values))
    assert len(found.cells[("zero",), ("words",)].values) == 1


def test_the_best_of_a_column_is_compared_with_the_others_by_example(runs) -> None:
    found = read_table([runs])
    knn, mmr, zero = (found.cells[(name,), ("sums",)] for name in ("knn", "mmr", "zero"))
    assert (knn.best, knn.together) == (True, False)
    assert (mmr.best, mmr.together, zero.best, zero.together) == (False, True, False, False)
    assert mmr.holm > 0.05 > zero.holm


def test_equally_many_seeds_are_compared_as_a_report_compares_them(tmp_path) -> None:
    for seed in range(2):
        run(tmp_path, "knn", seed, 18)
        run(tmp_path, "mmr", seed, 11)
        run(tmp_path, "random", seed, 10)
    ours = read_table([tmp_path]).cells
    (theirs,) = compare([tmp_path], repeated="seed")
    named = {pair.b.partition(",")[0]: pair.holm for pair in theirs.against_best}
    assert {name: ours[(name,), ("sums",)].holm for name in named} == pytest.approx(named)


def test_ties_are_all_best_and_a_column_of_one_is_compared_with_nothing(tmp_path) -> None:
    run(tmp_path, "knn", 0, 5)
    run(tmp_path, "mmr", 0, 5)
    run(tmp_path, "knn", 0, 5, dataset="words")
    cells = read_table([tmp_path]).cells
    assert [cells[(name,), ("sums",)].best for name in ("knn", "mmr")] == [True, True]
    assert not cells[("knn",), ("words",)].best


def test_the_best_is_that_of_the_highest_mean_that_is_shown(tmp_path) -> None:
    # The second run lacks two questions that the first got wrong: taken example by example, the
    # method had 17 of 20, and the mean of its runs is that of 17/20 and 17/18.
    run(tmp_path, "knn", 20, 17)
    run(tmp_path, "knn", 18, 17, count=18)
    run(tmp_path, "mmr", 0, 17)
    run(tmp_path, "mmr", 1, 18)
    cells = read_table([tmp_path]).cells
    knn, mmr = (cells[(name,), ("sums",)] for name in ("knn", "mmr"))
    assert (knn.mean > mmr.mean, knn.best, mmr.best) == (True, True, False)
    assert mmr.together


def test_every_best_cell_has_the_highest_mean_of_those_compared(tmp_path) -> None:
    chance = random.Random(7)
    for name in ("bm25", "knn", "mmr", "random"):
        for seed in range(2):
            count = chance.choice((19, 20))
            run(tmp_path, name, seed, chance.randint(9, 12), count=count)
    cells = read_table([tmp_path]).cells.values()
    highest = max(cell.mean for cell in cells)
    assert not any(cell.aside for cell in cells)
    assert [cell.best for cell in cells] == [cell.mean == highest for cell in cells]
    assert not any(cell.together and cell.best for cell in cells)


def test_a_part_of_the_questions_is_not_compared_with_all_of_them(tmp_path) -> None:
    run(tmp_path, "knn", 0, 15)
    run(tmp_path, "mmr", 0, 14)
    run(tmp_path, "zero", 0, 10, count=10)
    found = read_table([tmp_path])
    knn, mmr, zero = (found.cells[(name,), ("sums",)] for name in ("knn", "mmr", "zero"))
    assert (zero.mean, zero.best, zero.together, zero.aside) == (1.0, False, False, True)
    assert (knn.best, knn.aside, mmr.together) == (True, False, True)
    assert any("zero, sums: answered other questions" in note for note in found.notes)
    shown = markdown.write(found)
    assert "| zero | 100.0 ‡ |" in shown
    assert "‡: of other questions than most of the column, or of a part of them" in shown
    assert r"zero & 100.0$^{\ddagger}$ \\" in latex.write(found)
    assert [row["aside"] for row in lines(found)] == ["False", "False", "True"]


def test_where_most_answered_a_part_the_one_that_answered_all_stands_aside(tmp_path) -> None:
    run(tmp_path, "knn", 0, 2)
    run(tmp_path, "mmr", 0, 7, count=10)
    run(tmp_path, "zero", 0, 5, count=10)
    cells = read_table([tmp_path]).cells
    assert [cells[(name,), ("sums",)].aside for name in ("knn", "mmr", "zero")] == [1, 0, 0]
    assert cells[("mmr",), ("sums",)].best


def test_a_sign_stands_only_where_something_was_compared(tmp_path) -> None:
    run(tmp_path, "knn", 0, 15)
    run(tmp_path, "mmr", 0, 10, count=10)
    found = read_table([tmp_path])
    assert not any(cell.best or cell.together for cell in found.cells.values())
    assert "†" not in markdown.write(found)
    assert "‡: of other questions" in markdown.write(found)
    assert "ddagger" in latex.write(found)


def test_rows_and_columns_are_any_settings(runs) -> None:
    turned = read_table([runs], rows=["dataset"])
    assert turned.columns == ("selection",)
    assert turned.heads == (("knn",), ("mmr",), ("zero",))
    assert [turned.cells[("words",), head].best for head in turned.heads] == [True, False, False]
    assert "best of its row" in markdown.write(turned)
    by_model = read_table([runs], rows=["model", "selection"])
    assert by_model.lines[0] == ("tiny-1b", "knn")
    named = read_table([runs], rows=["variant"], columns=["model", "k"])
    assert named.heads == (("tiny-1b", "4"),)
    assert ("knn,k=4,words",) in named.lines


def test_names_stand_before_numbers_and_numbers_by_their_value(tmp_path) -> None:
    for k in (4, 16, 1):
        for selection in ("knn", "random"):
            run(tmp_path, selection, 0, 5, k=k)
    found = read_table([tmp_path])
    assert found.rows == ("selection", "k")
    assert [line[1] for line in found.lines] == ["1", "4", "16"] * 2


def test_runs_that_differ_in_more_than_seeds_are_not_averaged_unless_it_is_said(tmp_path) -> None:
    for k, right in ((1, 5), (4, 10)):
        run(tmp_path, "knn", 0, right, k=k)
        run(tmp_path, "knn", 1, right, k=k)
    told = r"knn, sums: 4 runs that differ in more than seed \(k: 1, 4\).*--rows selection,k"
    with pytest.raises(ValueError, match=told):
        read_table([tmp_path], rows=["selection"])
    found = read_table([tmp_path], rows=["selection"], over=["seed", "k"])
    assert found.cells[("knn",), ("sums",)].mean == 0.375
    assert "over 4 runs" in markdown.write(found)


def test_seeds_that_go_with_a_method_do_not_stand_for_it(tmp_path) -> None:
    run(tmp_path, "knn", 1, 5)
    run(tmp_path, "random", 2, 9)
    assert read_table([tmp_path]).rows == ("selection",)


def test_a_number_that_goes_with_a_method_does_not_stand_for_it(tmp_path) -> None:
    run(tmp_path, "knn", 0, 5, k=1)
    run(tmp_path, "random", 0, 9, k=4)
    assert read_table([tmp_path]).rows == ("selection",)


def test_what_a_data_set_decides_is_no_row(tmp_path) -> None:
    for dataset, k in (("sums", 1), ("words", 4)):
        for selection in ("knn", "random"):
            run(tmp_path, selection, 0, 5, dataset=dataset, k=k)
    assert read_table([tmp_path]).rows == ("selection",)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rows": ["selektion"]}, "no run has a setting 'selektion'; did you mean selection"),
        ({"rows": ["k"], "columns": ["k"]}, "k: both rows and columns"),
        ({"rows": ["selection"], "over": ["dataset"]}, "dataset cannot be averaged over"),
        ({"metric": "bleu"}, "no finished run has a score 'bleu'"),
    ],
)
def test_what_cannot_be_shown_is_said(runs, asked, said) -> None:
    with pytest.raises(ValueError, match=said):
        read_table([runs], **asked)


def test_unfinished_and_repeated_runs_are_left_out_with_a_word(runs) -> None:
    made = [trial(n, gold="1", said="1") for n in range(3)]
    write(runs, "cut short", made, finished=False)
    copy = runs / "copy"
    copy.mkdir()
    first = next(iter(runs.glob("knn*seed=0*sums")))
    for folder in (first, copy):
        for name in ("trials.jsonl", "result.json"):
            text = (first / name).read_text("utf-8")
            text = text.replace('"name"', '"config_hash": "ab", "name"', folder == copy or 1)
            (folder / name).write_text(text, "utf-8")
    found = read_table([runs])
    assert len(found.cells[("knn",), ("sums",)].values) == 3
    assert any("counted once" in note for note in found.notes)
    assert any(note.endswith("3 trials so far, left out") for note in found.notes)


def test_runs_without_a_config_go_by_their_names(tmp_path) -> None:
    for name, right in (("knn", 9), ("random", 3)):
        made = [trial(n, gold="1", said=str(int(n < right))) for n in range(10)]
        write(tmp_path, name, made)
        result = tmp_path / name / "result.json"
        text = result.read_text("utf-8")
        result.write_text(re.sub(r'"config": \{.*?\}\}\}', '"config": {}', text, flags=re.DOTALL))
    assert read_table([tmp_path]).lines == (("knn",), ("random",))


def test_markdown_has_the_best_in_bold_and_says_what_the_sign_means(runs) -> None:
    text = markdown.write(read_table([runs]))
    assert text.splitlines()[:5] == [
        "| selection | sums | words |",
        "| --- | ---: | ---: |",
        "| knn | **91.7 ± 2.9** | **91.7 ± 2.9** |",
        "| mmr | 86.7 ± 2.9 † | 86.7 ± 2.9 † |",
        "| zero | 10.0 (1) | 10.0 (1) |",
    ]
    note = text.splitlines()[-1]
    assert note.startswith("accuracy in %: mean ± standard deviation over 3 seeds, or as many")
    assert "**Bold**: the best of its column. †: not told apart from the best" in note


def test_latex_has_the_rules_of_booktabs(runs) -> None:
    text = latex.write(read_table([runs]))
    assert r"knn & \textbf{91.7 $\pm$ 2.9} & \textbf{91.7 $\pm$ 2.9} \\" in text
    assert r"mmr & 86.7 $\pm$ 2.9$^{\dagger}$ & 86.7 $\pm$ 2.9$^{\dagger}$ \\" in text
    assert re.findall(r"\\(\w+rule|(?:begin|end)\{tabular\})", text) == [
        "begin{tabular}",
        "toprule",
        "midrule",
        "bottomrule",
        "end{tabular}",
    ]
    assert text.count("{") == text.count("}")


def test_csv_has_a_row_for_each_cell(runs) -> None:
    rows = lines(read_table([runs]))
    assert len(rows) == 6
    assert rows[0] == {
        "selection": "knn",
        "dataset": "sums",
        "metric": "accuracy",
        "mean": "0.916667",
        "sd": "0.0288675",
        "worst": "0.9",
        "runs": "3",
        "examples": "20",
        "best": "True",
        "together": "False",
        "aside": "False",
        "holm": "",
    }
    assert (rows[2]["together"], rows[4]["together"], rows[4]["sd"]) == ("True", "False", "")


def test_one_seed_has_no_deviation(tmp_path) -> None:
    run(tmp_path, "knn", 0, 5)
    for module in (markdown, latex):
        text = module.write(read_table([tmp_path]))
        assert "25.0" in text
        assert "of one seed" in text
        assert "pm" not in text
        assert "±" not in text


@pytest.mark.parametrize(
    "name", ["=1+2", "a|b", r"\input{x}", "x & y", "近邻，k＝４", "[1]", "100%"]
)
def test_a_name_is_a_text_in_every_format(tmp_path, name) -> None:
    for number, level in enumerate((name, "other")):
        config = {"template": {"_target_": "promptlab.template.Template", "name": level}}
        run(tmp_path, f"v{number}", 0, 5, config=config)
    found = read_table([tmp_path])
    assert (found.rows, found.lines[0]) == (("template",), (name,))
    page = MarkdownIt("commonmark").enable("table").parse(markdown.write(found))
    cells = [token.children for token in page if token.type == "inline"]
    assert "".join(child.content for child in cells[2]) == name
    assert lines(found)[0]["template"] == (f"'{name}" if name.startswith("=") else name)
    row = latex.write(found).splitlines()[5]
    assert len(re.findall(r"(?<!\\)&", row)) == 1
    assert not re.search(r"(?<!\\)%|\\input|^\[", row)


def test_a_setting_that_some_runs_lack_has_a_row_of_its_own(tmp_path) -> None:
    run(tmp_path, "knn", 0, 5)
    run(tmp_path, "zero", 0, 3, config={"selection": {"_target_": "promptlab.selection.zero.Zero"}})
    found = read_table([tmp_path], rows=["selection.k"])
    assert found.lines == (("–",), ("4",))
    assert "| – | " in markdown.write(found)


def test_where_most_cells_are_of_one_seed_the_others_say_how_many(tmp_path) -> None:
    for name, seeds in (("knn", 2), ("mmr", 1), ("random", 1)):
        for seed in range(seeds):
            run(tmp_path, name, seed, 5)
    text = markdown.write(read_table([tmp_path]))
    assert "| knn | **25.0 ± 0.0** (2) |" in text
    assert "of one seed, or mean ± standard deviation over as many as stand in brackets" in text


def test_the_worst_run_of_a_cell_is_shown_where_it_is_asked_for(runs) -> None:
    found = replace(read_table([runs]), worst=True)
    knn, zero = (found.cells[(name,), ("sums",)] for name in ("knn", "zero"))
    assert (knn.worst, zero.worst) == (0.9, 0.1)
    shown = markdown.write(found)
    assert "**91.7 ± 2.9, 90.0**" in shown
    assert "10.0 (1)" in shown  # one run is its own worst
    assert "mean ± standard deviation, and the lowest, over 3 seeds" in shown
    assert r"91.7 $\pm$ 2.9, 90.0" in latex.write(found)
    assert [each["worst"] for each in lines(found)][:2] == ["0.9", "0.9"]
    assert "lowest" not in markdown.write(read_table([runs]))
