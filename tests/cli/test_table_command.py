"""`table`, as it is typed."""

from pathlib import Path

import pytest

from promptlab.records.files import Records
from promptlab.types import Answer, Example, Question, Trial


@pytest.fixture
def table(promptlab):
    """The command, where two methods were run with two seeds; what it returns and writes."""
    for name, right in (("knn", 9), ("近邻", 5)):
        for seed in range(2):
            records = Records(Path("outputs", f"{name}-{seed}"))
            question = [Example(Question(f"ex-{n}", f"{n}?"), "yes") for n in range(10)]
            records.append(
                [
                    Trial(example, (), (), Answer("yes"), {"accuracy": float(n < right + seed)})
                    for n, example in enumerate(question)
                ]
            )
            target = f"promptlab.selection.{name}.KNN"
            config = {"selection": {"_target_": target}, "seed": seed, "metric": {"accuracy": {}}}
            told = {"name": f"{name},seed={seed}", "dataset": "toy", "config": config}
            records.write_result({**told, "metrics": {}, "timings": {}, "model": {}})
    return lambda *words: promptlab("table", *words)


def test_a_table_of_the_outputs_is_printed_as_markdown(table) -> None:
    status, out, err = table()
    assert (status, err) == (0, "")
    assert out.startswith("| selection | toy |\n| --- | ---: |\n| knn | **95.0 ± 7.1** |\n| 近邻 |")


def test_a_file_is_written_in_the_format_that_its_name_ends_with(table) -> None:
    for name, start in (("a.tex", "% \\usepackage{booktabs}"), ("b.csv", "selection,dataset,")):
        assert table("outputs", "--out", f"new/{name}")[1] == f"new/{name}\n"
        assert Path("new", name).read_text("utf-8").startswith(start)
    assert table("outputs", "--format", "csv", "--rows", "selection，k")[0] == 1
    assert table("outputs", "--format", "csv", "--rows", "selection，variant")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "nowhere: no such folder"),
        (("--out", "outputs"), "--out outputs: it is a folder; expected a file"),
        (("--rows", "selektion"), "did you mean selection?"),
        (("--metric", "bleu"), "no finished run has a score 'bleu'; expected one of accuracy"),
    ],
)
def test_what_cannot_be_done_is_one_message(words, message, table) -> None:
    status, out, err = table(*words)
    assert (status, out) == (1, "")
    assert message in err
    assert len(err.splitlines()) == 1
