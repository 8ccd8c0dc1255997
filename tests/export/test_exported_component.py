"""What data may name: dataclasses of promptlab's stages, and those of modules that are trusted."""

import sys

import pytest

from promptlab.export.component import component
from promptlab.strategy.direct import Direct
from promptlab.types import Task

STRATEGY = {
    "_target_": "promptlab.strategy.direct.Direct",
    "task": {"_target_": "promptlab.types.Task", "answer": "label", "labels": ["a", "是"]},
    "long_tokens": 9,
}


def test_stages_are_made_innermost_first(tmp_path) -> None:
    made = component(STRATEGY, "strategy", tmp_path)
    assert made == Direct(Task(answer="label", labels=("a", "是")), long_tokens=9)


@pytest.mark.parametrize(
    "name",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "promptlab.cli.main.main",
        "promptlab.model.server.openai.OpenAI",
        "promptlab.model.huggingface.HuggingFace",
        "promptlab.encoder.cache.Cached",
        "promptlab.tracking.mlflow.tracking.MLflow",
        "promptlab.experiment.Experiment",
        "promptlab.records.files.Records",
        "promptlab.typesetter.Task",
        "promptlab.strategy.dspy_program.Path",
        "promptlab.strategy.dspy_program.json",
        "promptlab.strategy.dspy_program.json.loads",
        "promptlab.strategy.direct.read",
        "promptlab.strategy.direct.Sequence",
        "promptlab.types.digest",
        "promptlab.types.RequestFailed",
        "promptlab.strategy.direct",
        "promptlab.strategy.nowhere.Direct",
        "promptlab.strategy.direct.Indirect",
        "Direct",
        "",
        "..os.system",
    ],
)
def test_nothing_else_is_made(name, tmp_path) -> None:
    tree = {"inner": [{"_target_": name, "command": "touch here"}]}
    with pytest.raises(ValueError, match="strategy.inner"):
        component(tree, "strategy", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_module_of_ones_own_is_not_even_imported_before_it_is_trusted(
    tmp_path, monkeypatch
) -> None:
    lines = (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass Loud:\n    words: str\n"
    )
    (tmp_path / "loud_words.py").write_text(lines)
    monkeypatch.syspath_prepend(tmp_path)
    tree = {"_target_": "loud_words.Loud", "words": "HEY"}
    with pytest.raises(ValueError, match=r"promptlab.load\(folder, trust=\['loud_words'\]\)"):
        component(tree, "ordering", tmp_path)
    assert "loud_words" not in sys.modules
    assert component(tree, "ordering", tmp_path, trust=["loud_words"]).words == "HEY"
    monkeypatch.delitem(sys.modules, "loud_words")


@pytest.mark.parametrize("trust", [(), ("posix",), ("os",), ("os.systems",)])
@pytest.mark.parametrize("tools", ["tool", "strategy.tools"])
def test_a_function_is_no_tool_before_it_is_trusted_by_its_whole_name(
    trust, tools, tmp_path
) -> None:
    tree = {"function": {"_target_": "promptlab.tool.function.Function", "path": "os.system"}}
    with pytest.raises(ValueError, match=r"function.path is 'os.system'.*trust=\['os.system'\]"):
        component({"all": [tree]}, tools, tmp_path, trust)
    made = component(tree, tools, tmp_path, ["os.system"])
    assert made["function"].path == "os.system"


def test_a_place_to_send_to_is_none_before_it_is_trusted(tmp_path) -> None:
    place = "http://elsewhere:19530"
    tree = {"_target_": "promptlab.selection.dense.milvus.Milvus", "k": 1, "encoder": None}
    tree |= {"uri": place}
    with pytest.raises(ValueError, match=r"search.uri is 'http://elsewhere:19530', and data"):
        component({"search": tree}, "retrieval", tmp_path, ["elsewhere", "promptlab"])
    assert component(tree, "retrieval", tmp_path, [place]).uri == place


@pytest.mark.parametrize("name", ["../secret.json", "/etc/passwd", "deeper/file", "nowhere", ".."])
def test_a_file_is_one_of_the_folders_own(name, tmp_path) -> None:
    folder = tmp_path / "winner"
    (folder / "deeper").mkdir(parents=True)
    for path in (tmp_path / "secret.json", folder / "deeper" / "file"):
        path.write_text("{}")
    with pytest.raises(ValueError, match="expected the name of a file in"):
        component({"path": {"_file_": name}}, "strategy", folder)


def test_fields_of_another_version_are_named(tmp_path) -> None:
    with pytest.raises(ValueError, match=r"strategy: .*'mood'.*another version of promptlab"):
        component({**STRATEGY, "mood": "good"}, "strategy", tmp_path)
    with pytest.raises(ValueError, match=r"strategy\.task: .*answer|task.labels"):
        component(
            {**STRATEGY, "task": {**STRATEGY["task"], "labels": ["a", "a"]}}, "strategy", tmp_path
        )
