"""The commands of docs/ordering.md run as they are written, and the page names every ordering."""

import re
import shlex
from itertools import islice
from pathlib import Path

import pytest
from laws import options

from promptlab.cli.config.compose import build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides
from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.exhaustive import Exhaustive
from promptlab.report.data.standings import read_standings
from promptlab.report.data.summary import summary
from promptlab.selection.first import First
from promptlab.strategy.choose import Choose
from promptlab.types import Dataset, Example, Question, Task

TEXT = (Path(__file__).parents[2] / "docs" / "ordering.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m promptlab (?:-m )?(.*=.*)$", TEXT, re.MULTILINE)
QUICK = ("model=scripted", "tracking=none", "cache=off", "dataset.limit=1")
TASK = Task(answer="label", labels=("yes", "no"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*shlex.split(command), *QUICK]
    last = list(islice(variants(rewrite_overrides(words)), 2))[-1]
    monkeypatch.chdir(tmp_path)
    assert build(compose(last))()["metrics"]["failed"] == 0


def test_every_ordering_is_on_the_page() -> None:
    named = set(re.findall(r"`(\w+)`", TEXT.partition("\n## ")[0]))
    assert set(options("ordering")) <= named


def test_the_oracles_choose_the_best_and_the_worst_order_of_each_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pool = tuple(Example(Question(name, name), "yes") for name in ("one", "two"))
    test = tuple(Example(Question(f"{name}?", f"{name}?"), "yes") for name in "abcd")

    def scores(request):
        asked, good = request.text[-5], request.text.index("one") < request.text.index("two")
        return (-1.0, -2.0) if asked == "a" or (asked != "d" and good) else (-2.0, -1.0)

    for number in (0, 1):
        Experiment(
            Dataset("d", TASK, pool, test),
            First(2),
            Exhaustive(number),
            Choose(TASK),
            Scripted(score=scores),
            {"accuracy": Accuracy(TASK)},
            name=f"permutation={number}",
            folder=Path("outputs", str(number)),
            config={"ordering": {"permutation": number}},
        )()
    (sweep,) = read_standings([Path("outputs")])
    told = "the 2 runs for each example would have 75.0 % at best and 25.0 % at worst"
    assert any(told in said for said in summary(sweep))
