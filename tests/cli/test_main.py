"""The command line: what it runs, what it leaves, and what it says when it cannot."""

import json
import re
import sys
import warnings
from pathlib import Path

import pytest

from promptlab.cli.config.compose import variant_name, variants
from promptlab.cli.config.folder import slug, sweep_name

QUICK = ["model=scripted", "tracking=none", "dataset.limit=4"]


def test_a_run_leaves_trials_and_a_result_where_hydra_says(promptlab) -> None:
    status, out, _ = promptlab(*QUICK, "strategy=cot", "hydra.run.dir=here")
    assert status == 0
    assert "Leaderboard" in out
    assert len(Path("here/trials.jsonl").read_text("utf-8").splitlines()) == 4
    result = json.loads(Path("here/result.json").read_text("utf-8"))
    assert (
        result["config"]["strategy"]["_target_"] == "promptlab.strategy.thought.cot.ChainOfThought"
    )
    assert result["metrics"]["n"] == 4


def test_a_sweep_runs_every_variant_and_ranks_them(promptlab) -> None:
    status, out, _ = promptlab("-m", *QUICK, "selection=zero,first", "k=1,2")
    assert status == 0
    results = [json.loads(path.read_text()) for path in Path("outputs").glob("*/result.json")]
    assert {result["name"] for result in results} == {
        *("zero,k=1", "zero,k=2", "first,k=1", "first,k=2"),
    }
    assert all(result["name"] in out for result in results)


def test_a_finished_variant_is_not_run_again(promptlab) -> None:
    promptlab(*QUICK, "hydra.run.dir=here")
    result = Path("here/result.json")
    first = result.read_bytes()
    status, out, _ = promptlab(*QUICK, "hydra.run.dir=here")
    assert status == 0
    assert "Leaderboard" in out
    assert result.read_bytes() == first
    promptlab(*QUICK, "hydra.run.dir=here", "resume=false")
    assert json.loads(result.read_bytes())["timings"] != json.loads(first)["timings"]


def test_the_same_command_writes_the_same_trials(promptlab) -> None:
    for folder in ("one", "two"):
        promptlab(
            *QUICK, "selection=random", "strategy=self_consistency", f"hydra.run.dir={folder}"
        )
    assert Path("one/trials.jsonl").read_bytes() == Path("two/trials.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["strategy=coot"], "strategy=coot: no such strategy; did you mean cot"),
        (["metric=[overlap,maths]"], "metric=maths: no such metric; did you mean math"),
        (["selection=bm52"], "did you mean bm25?"),
        (["stratgy=cot"], "stratgy: no such key; did you mean strategy"),
        (
            ["selection=filtered", "selection.where.topic=tax"],
            'names of your own: "selection.where={topic: …}", or one more by +selection.where.',
        ),
        (
            ["strategy=least_to_most", "strategy@strategy.step=pal"],
            "not chosen by default; +strategy@strategy.step=… puts another there",
        ),
        (
            ["strategy=self_consistency", "strategy@strategy.iner=cot"],
            "there is no strategy.iner; did you mean strategy.inner?",
        ),
        (["strategy@strategy.inner=cot"], "no strategy stands within another here"),
        (
            ["tool=python", "executor=bubblewrap", "executor.megabytes=1"],
            "at least 32, which Python itself takes",
        ),
        (["strategy.sampels=3", "strategy=self_consistency"], "did you mean strategy.samples"),
        (["strategy=self_consistency", "strategy.samples=0"], "samples is 0; expected at least 1"),
        (["k=many", "selection=random"], "many"),
        (["k=5000", "selection=random"], "5000"),
        (["dataset=jsonl"], "dataset.path"),
        (["dataset=jsonl", "dataset.path=nowhere"], "nowhere"),
        (["template.layout=chat"], "expected text, one_turn or turns"),
        (["batch=0"], "batch is 0; expected at least 1"),
        (["strategy=choose", "dataset=arithmetic"], "another strategy there: strategy=direct"),
        (["model=hf"], "model.name"),
        (["model=replay", "model.path=nowhere.jsonl"], "nowhere.jsonl"),
        (["k=abc"], 'k is "abc"; expected a whole number'),
        (["k=2.5", "selection=zero"], "k is 2.5; expected a whole number"),
        (["seed=null"], "seed is null; expected a whole number"),
        (["name=1e9"], "name is 1e9; expected text"),
        (["resume=perhaps"], 'resume is "perhaps"; expected true or false'),
        (["overflow=most"], 'overflow is "most"; expected least_similar, farthest or last'),
        (["template.cue=nan"], "template.cue is nan; expected text"),
        (["cache.megabytes=inf"], "cache.megabytes is inf; expected a whole number"),
        (["template.stop=x"], 'template.stop is "x"; expected a list'),
        (["dataset.task.answer=lable"], "did you mean label?"),
        (["strategy.extract=last"], 'strategy.extract is "last"; expected an Extract'),
        (["metric.accuracy=1"], "metric.accuracy is 1; expected a Metric"),
        (["+strategy.foo=1"], "strategy: no field 'foo'"),
        (["strategy._target_=os.system"], "strategy._target_ is 'os.system', which cannot be used"),
        (["~selection"], "selection is left out"),
        (["template.answer={quest}"], "a brace that is meant as such is written twice"),
        (["template.question={quest}"], "no variable 'quest'; there are question, context"),
        (["template.cue=${nope}"], r"Where a text holds ${, write \${"),
        (["template.cue=cost ${"], r"Where a text holds ${, write \${"),
        (["k=1,2"], "several values are several variants, run by python -m promptlab -m"),
        (["template.cue=A:,B:"], "several are written \"template.cue='A:','B:'\""),
        (["测试=3"], "'测试' cannot be a key"),
        (["k =3"], "no space before the ="),
        (["shwo"], "did you mean show?"),
        (["model.extra={a=}"], "{a=} cannot be read; as text it is written"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_message(promptlab, arguments, said) -> None:
    quick = [word for word in QUICK if word != "model=scripted" or "model=" not in str(arguments)]
    status, _, err = promptlab(*quick, *arguments)
    assert status == 1
    assert said in err
    assert "Traceback" not in err
    assert "DEBUG" not in err
    assert not re.search("expecting|viable|token recognition|OverrideParse", err)
    assert err.startswith("promptlab: ")


def test_what_looks_like_markup_is_shown_as_it_stands(promptlab) -> None:
    Path("[INST]").mkdir()
    row = '{"question": "[bold]x[/] :smile: [/INST]?", "answer": "[/b]"}\n'
    Path("[INST]/test.jsonl").write_text(row * 3, "utf-8")
    mine = ("dataset=jsonl", "dataset.path=[INST]", "dataset.pool_size=1", "selection=first", "k=1")
    told = (*QUICK[:2], *mine, "template.cue=[/INST] :smile:", "name=[red] :smile: [/INST]")
    status, out, err = promptlab(*told)
    assert (status, err) == (0, "")
    assert "[red] :smile: [/INST]: " in out
    status, out, err = promptlab("show", *told)
    assert (status, err) == (0, "")
    assert "[red] :smile: [/INST]" in out
    assert "Q: [bold]x[/] :smile: [/INST]?\n[/INST] :smile:" in out
    status, out, err = promptlab("race", *QUICK[:2], *mine, "template.cue='[/INST]',':smile:'")
    assert (status, err) == (0, "")
    assert "[/INST]" in out


def test_an_override_is_named_as_it_was_written(promptlab, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_CUE", "hunter2")
    status, out, _ = promptlab(*QUICK, "template.cue='${oc.env:SECRET_CUE}'")
    assert status == 0
    assert "cue=${oc.env:SECRET_CUE}" in out
    assert "hunter2" not in str(list(Path("outputs").rglob("*")))


def test_the_help_says_that_yaml_runs_code(promptlab) -> None:
    for command in ((), ("show",), ("race",), ("search",)):
        _, out, _ = promptlab(*command, "--help")
        assert "_target_" in out
        assert "trust" in out


def test_a_broken_line_of_data_is_named(promptlab, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    good = '{"question": "1 + 1?", "answer": "2"}\n'
    (tmp_path / "mine" / "train.jsonl").write_text(good * 2 + "{broken\n")
    (tmp_path / "mine" / "test.jsonl").write_text(good)
    status, _, err = promptlab(*QUICK, "dataset=jsonl", "dataset.path=mine")
    assert status == 1
    assert "train.jsonl" in err
    assert "3" in err


def test_a_failing_variant_does_not_stop_the_others(promptlab) -> None:
    status, out, err = promptlab("-m", *QUICK, "selection=zero,random", "k=3,5000")
    assert status == 1
    assert "5000" in err
    assert "random,k=3" in out
    assert "zero,k=5000" in out


def test_show_and_race_find_yaml_files_of_ones_own(promptlab) -> None:
    Path("mine/selection").mkdir(parents=True)
    Path("mine/selection/two.yaml").write_text(
        "_target_: promptlab.selection.first.First\nk: 2\n", "utf-8"
    )
    command = ("--config-dir", "mine", *QUICK, "selection=two,zero")
    status, out, err = promptlab("show", *command)
    assert (status, err) == (0, "")
    assert "two" in out
    status, out, _ = promptlab("race", *command, "--block", "2")
    assert status == 0
    assert "two and zero cannot be told apart" in out
    status, _, err = promptlab("show", "--config-dir", "nowhere", *QUICK)
    assert status == 1
    assert "--config-dir nowhere: no such folder" in err


def test_a_yaml_file_that_cannot_be_read_is_named_with_its_line(promptlab) -> None:
    Path("mine/strategy").mkdir(parents=True)
    Path("mine/strategy/broken.yaml").write_text("_target_: x\nfield: [1, 2\n", "utf-8")
    status, _, err = promptlab("--config-dir", "mine", *QUICK, "strategy=broken")
    assert status == 1
    assert 'broken.yaml", line ' in err
    assert "DEBUG" not in err


def test_labels_of_a_yaml_file_that_yaml_reads_as_more_are_told(promptlab) -> None:
    Path("mine/dataset").mkdir(parents=True)
    Path("mine/dataset/own.yaml").write_text(
        "defaults: [question_types, _self_]\ntask:\n  labels: [yes, no]\n", "utf-8"
    )
    status, _, err = promptlab("--config-dir", "mine", *QUICK, "dataset=own")
    assert status == 1
    assert "dataset.task.labels[0] is true; expected text, in quotation marks" in err


def test_show_prints_a_prompt_where_a_fit_might_ask_and_asks_nothing(promptlab) -> None:
    solved = [*QUICK, "dataset=arithmetic", "selection=bootstrap", "k=1"]
    status, out, _ = promptlab("show", *solved)  # its pool has rationales for all
    assert (status, out.count("[example ")) == (0, 1)
    status, out, _ = promptlab("show", *QUICK, "dataset=question_types", "selection=bootstrap")
    assert (status, out.count("[the selection's fit")) == (0, 1)


def test_show_prints_the_prompt_of_every_variant_and_runs_nothing(promptlab) -> None:
    status, out, _ = promptlab("show", *QUICK, "strategy=direct,cot", "selection=first", "k=1")
    assert status == 0
    assert out.count("[example ") == 2
    assert not Path("outputs").exists()


def test_your_own_folder_of_yaml_adds_options(promptlab, tmp_path: Path) -> None:
    (tmp_path / "mine" / "strategy").mkdir(parents=True)
    yaml = "defaults:\n  - /strategy@inner: cot\n  - _self_\n"
    yaml += "_target_: promptlab.strategy.voting.self_consistency.SelfConsistency\nsamples: 2\n"
    (tmp_path / "mine" / "strategy" / "pair.yaml").write_text(yaml)
    status, _, err = promptlab("--config-dir", "mine", *QUICK, "strategy=pair", "hydra.run.dir=o")
    assert status == 0, err
    trial = json.loads(Path("o/trials.jsonl").read_text("utf-8").splitlines()[0])
    assert len(trial["exchanges"]) == 2


def test_variants_are_those_of_the_sweep() -> None:
    assert variants(["k=4,8", "strategy=cot"]) == [["k=4", "strategy=cot"], ["k=8", "strategy=cot"]]


def test_a_variant_is_named_by_what_differs() -> None:
    task = ["experiment=arithmetic", "strategy=cot", "strategy.samples=5", "k=4"]
    assert variant_name(task) == "cot,samples=5,k=4"
    assert variant_name(task, ["-m", "experiment=arithmetic", "strategy=a,cot", "k=4"]) == (
        "cot,samples=5"
    )
    assert variant_name(["dataset.path='my data/测试 集/'"]) == "测试 集"
    assert variant_name(["template.separator='\n#\t'"]) == r"separator=\n#\t"
    assert variant_name([r"template.cue='it\'s'"]) == "cue=it's"
    assert variant_name(["experiment=arithmetic"]) == "arithmetic"
    assert variant_name(["dataset=jsonl", "dataset.path=/any/sst2/"]) == "jsonl,sst2"
    assert variant_name([]) == "default"
    shown = ["tracking=none", "tracking.uri=sqlite:///x.db"]
    assert variant_name(["k=4", *shown]) == "k=4"
    assert variant_name(shown) == "default"
    seeds = ["selection=random", "selection.seed=2", "ordering.seed=3"]
    assert variant_name(seeds) == "random,selection.seed=2,ordering.seed=3"


def test_a_folder_is_named_after_what_was_asked() -> None:
    assert slug(["strategy=cot", "k=4"]).startswith("cot,k=4-")
    assert slug(["k=4"]) != slug(["k=5"])
    assert slug(["k=4", "hydra.verbose=true"]) == slug(["k=4"])
    assert len(slug([f"dataset.path=/{'long/' * 100}"])) < 120
    assert "/" not in slug(["dataset.path=../a/b"])


def test_a_folder_begins_with_what_differs_and_keeps_its_name(tmp_path):
    own = ["experiment=question_types", "dataset.limit=9", "selection=knn", "k=2"]
    command = ["-m", "experiment=question_types", "dataset.limit=9", "selection=knn,bm25", "k=2"]
    first = slug(own, command, tmp_path)
    assert first.startswith("knn,limit=9,k=2,question_types-")
    assert slug(own, [*own[:3], "k=2,4"], tmp_path).startswith("k=2,limit=9,knn,")
    (tmp_path / first).mkdir()
    assert slug(own, [*own[:3], "k=2,4"], tmp_path) == first
    assert slug(own, own).startswith("limit=9,knn,k=2,question_types-")


def test_a_sweep_has_one_name() -> None:
    assert sweep_name(["-m", "experiment=quickstart"]).startswith("quickstart-")
    assert sweep_name(["-m", "k=1,2"]) == sweep_name(["-m", "k=1,2"])


def test_a_warning_is_told_once_whatever_a_library_did_in_between(promptlab, monkeypatch) -> None:
    def warn(_words) -> None:
        for text in ("the first\nof two", "another", "the first\nof two"):
            with warnings.catch_warnings():  # as libraries do, which makes Python forget
                warnings.simplefilter("always")
                sys.stderr.write(warnings.formatwarning(text, UserWarning, "file.py", 1))

    monkeypatch.setattr("promptlab.cli.main._call", warn)
    _, _, err = promptlab("show")
    assert err.count("promptlab: the first") == err.count("promptlab: another") == 1
