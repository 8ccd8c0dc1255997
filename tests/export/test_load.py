"""Loading: what is damaged, of another version, or not finished is refused in one message."""

import json
import shutil
from pathlib import Path

import pytest
from runs import MODEL, node, run, write_data

from promptlab import load
from promptlab.export.readme import readme
from promptlab.export.write import seal, write


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A run, its data, and what was exported of it."""
    folder = tmp_path_factory.mktemp("made")
    run(folder / "run", write_data(folder / "data"), selection="bm25", strategy="direct")
    write(folder / "run", folder / "winner", comparison=["not told apart from two"])
    return folder


@pytest.fixture
def copied(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copied"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_was_measured_is_told(made) -> None:
    about = load(made / "winner").about
    run_result = json.loads((made / "run" / "result.json").read_text("utf-8"))
    assert about["metrics"] == run_result["metrics"]
    assert about["trials"]["digest"] == run_result["trials"]["digest"]
    assert about["comparison"] == ["not told apart from two"]
    assert about["model"]["identity"]["name"] == "scripted"
    assert about["versions"]["promptlab"]


def test_the_folder_holds_data_alone(made) -> None:
    suffixes = {path.suffix for path in (made / "winner").iterdir()}
    assert suffixes == {".json", ".jsonl", ".md"}


def test_texts_of_data_come_back_as_they_were(made) -> None:
    shown = load(made / "winner").prompt("Is 3 odd?").text
    assert "Is 3 odd? {x} %s ${oc.env:HOME}" in shown


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("winner.json", '"seed": 0', '"seed": 1', "changed since it was exported"),
        ("winner.json", '"format": 1', '"format": 2', "format 2, and this promptlab reads"),
        ("winner.json", "{", "", "damaged"),
        ("pool.jsonl", "maybe", "yes", "pool.jsonl: changed since it was exported"),
    ],
)
def test_what_was_changed_is_refused(name, old, new, message, copied) -> None:
    edit(copied / "winner" / name, old, new)
    with pytest.raises(ValueError, match=message):
        load(copied / "winner")


def test_a_file_that_is_gone_is_named(copied) -> None:
    (copied / "winner" / "pool.jsonl").unlink()
    with pytest.raises(ValueError, match=r"pool\.jsonl: missing; export the run again"):
        load(copied / "winner")


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": 1}', '{"format": 1, "files": 3}'])
def test_what_is_no_winner_at_all_is_one_message(text, tmp_path) -> None:
    (tmp_path / "winner.json").write_text(text)
    with pytest.raises(ValueError, match=r"winner\.json: damaged"):
        load(tmp_path)


def test_a_folder_with_neither_is_said_to_be_so(tmp_path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(
            FileNotFoundError, match=r"neither a winner\.json.*nor the result\.json"
        ):
            load(folder)


def test_a_run_that_did_not_finish_is_not_exported(copied, tmp_path) -> None:
    (copied / "run" / "result.json").unlink()
    for use in (load, lambda folder: write(folder, tmp_path / "out")):
        with pytest.raises(FileNotFoundError, match="no run has finished here; run its command"):
            use(copied / "run")
    assert not (tmp_path / "out").exists()


def test_trials_that_are_not_the_results_are_refused(copied, tmp_path) -> None:
    edit(copied / "run" / "trials.jsonl", "Is it noon?", "Is it night?")
    with pytest.raises(ValueError, match="run it again"):
        write(copied / "run", tmp_path / "out")


def test_a_pool_that_was_changed_since_is_refused(made, tmp_path) -> None:
    run(tmp_path / "run", write_data(tmp_path / "data"), strategy="direct")
    edit(tmp_path / "data" / "train.jsonl", "3 = 2 + 1.", "3 = 1 + 2.")
    with pytest.raises(ValueError, match="is not the one that was run with"):
        write(tmp_path / "run", tmp_path / "out")
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(FileNotFoundError, match="is read again: go to where it was run"):
        write(tmp_path / "run", tmp_path / "out")


def test_a_folder_that_holds_something_is_left_alone(made, copied) -> None:
    (copied / "winner" / "mine.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="expected a new place"):
        write(made / "run", copied / "winner")
    assert (copied / "winner" / "mine.txt").read_text() == "mine"


def test_a_file_that_a_component_reads_goes_with_it(made, tmp_path) -> None:
    dspy = {"demos": [{"question": "{{q}}", "answer": "yes"}], "signature": {"instructions": "So."}}
    program = tmp_path / "program.json"
    program.write_text(json.dumps({"self": dspy}))
    strategy = node("strategy", "dspy") | {"path": str(program)}
    run(tmp_path / "run", made / "data", strategy=strategy)
    before = load(tmp_path / "run").prompt("Is it?")
    winner = write(tmp_path / "run", tmp_path / "winner")
    program.unlink()
    assert load(tmp_path / "winner").prompt("Is it?") == winner.prompt("Is it?") == before
    assert "{{q}}" in before.text


def test_readme_shows_its_use_and_what_was_found(made) -> None:
    text = (made / "winner" / "README.md").read_text("utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    names: dict = {}
    exec(code.replace('"winner/"', repr(str(made / "winner"))), names)
    assert names["winner"].answer("Is it?", model=MODEL).outcome in ("parsed", "unparsed")
    assert "not told apart from two" in text
    assert "95 % interval" in text


def test_readme_says_what_the_model_had_that_the_winner_has_not(made) -> None:
    about = json.loads((made / "winner" / "winner.json").read_text("utf-8"))
    assert "adapter" not in readme(about, {"question": "…"}, [])
    about["model"]["identity"] |= {"demonstrations": "independent", "adapter": "<b>types"}
    text = readme(about, {"question": "…"}, [])
    assert "read its demonstrations apart (independent)" in text
    assert "the model had an adapter" in text
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("stage", "node"),
    [
        ("retrieval", {"_target_": "promptlab.retrieval.retriever.Retriever", "corpus": "SECRET"}),
        (
            "selection",
            {"_target_": "promptlab.selection.learned.memory.Memory", "runs": ["SECRET"]},
        ),
        ("strategy", {"_target_": "promptlab.strategy.dspy_program.DSPyProgram", "path": "SECRET"}),
        ("strategy", {"_target_": "x", "inner": [{"_target_": "y", "schema": "SECRET"}]}),
    ],
)
def test_a_winner_that_names_a_file_of_ours_is_refused_before_it_is_read(
    stage, node, copied, tmp_path
) -> None:
    secret = tmp_path / "secret.jsonl"
    secret.write_text('{"id": "a", "text": "hunter2"}')
    folder = copied / "winner"
    about = json.loads((folder / "winner.json").read_text("utf-8"))
    del about["digest"]
    about["stages"][stage] = json.loads(json.dumps(node).replace("SECRET", str(secret)))
    seal(folder, about)
    with pytest.raises(ValueError, match=r"secret\.jsonl', which is not in the winner's folder"):
        load(folder)
