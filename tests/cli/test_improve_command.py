"""`improve` on the command line: what it prints, writes and refuses."""

import shlex
from pathlib import Path

import pytest

from promptlab.cli.command.improve import improve
from promptlab.cli.config.compose import add_search_path, build, compose

TOLD = ["dataset.limit=6", "dataset.pool_limit=40", "selection=zero", "model=scripted"]
TOLD += ["tracking=none", "cache=off", "--budget", "60000", "--judge", "10", "--steps", "1"]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "datasets").symlink_to(Path(__file__).parents[2] / "datasets")


def test_a_search_ends_with_a_verdict_and_its_record(capsys) -> None:
    improve([*TOLD, "--by", "opro", "strategy=direct", "model.reply=[Try again.]"])
    said = capsys.readouterr().out
    assert "Nothing that was proposed was better than the start (1 proposals" in said
    (record,) = Path("outputs").glob("improve-*/improve.json")
    assert str(record) in said


def test_the_best_is_a_variant_that_runs(capsys, monkeypatch) -> None:
    from promptlab.model.scripted import Scripted

    def reply(self, request):
        if request.to == "writer":
            return "[It is a time, says ${k}: {labels}]"
        return " time" if "It is a time" in request.prompt.text else " none"

    monkeypatch.setattr(Scripted, "_text", reply)
    improve([*TOLD, "--by", "ape", "--proposals", "1", "strategy=direct"])
    (command,) = [line for line in capsys.readouterr().out.split("\n") if "prompt=" in line]
    file = build(compose(shlex.split(command.partition("-m promptlab ")[2])))
    (folder,) = Path("outputs").glob("improve-*/conf")
    told = [word for word in TOLD if "=" in word] + ["strategy=direct", "variant=improved"]
    variant = build(compose(add_search_path(told, str(folder))))
    assert variant.dataset.task.instruction == "[It is a time, says ${k}: {labels}]"
    for example in variant.dataset.test:
        asked = [next(each.strategy.solve(example.question, ())) for each in (file, variant)]
        assert asked[0] == asked[1]


def test_what_no_prompt_file_can_say_is_a_variant_alone(capsys, monkeypatch) -> None:
    from promptlab.model.scripted import Scripted

    def reply(self, request):
        if request.to == "writer":
            return "[It is a time]"
        return " time" if "It is a time" in request.prompt.text else " none"

    monkeypatch.setattr(Scripted, "_text", reply)
    told = ["strategy=self_consistency", "strategy@strategy.inner=direct", "strategy.samples=2"]
    improve([*TOLD, "--by", "ape", "--proposals", "1", *told])
    assert "variant=improved" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["k=1,2"], "2 variants; expected one"),
        (["--metric", "accurcy"], "--metric accurcy: not measured.*accuracy"),
        (["template.instruction=''"], "no prompt of this variant shows"),
        (["--budget", "0"], "budget is 0"),
    ],
)
def test_what_cannot_be_improved_is_refused(words, message) -> None:
    with pytest.raises(ValueError, match=message):
        improve([*TOLD, "--by", "opro", "strategy=direct", *words])
