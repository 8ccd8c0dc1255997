"""What a result was made with is named, and nothing is imported for it."""

import subprocess
import sys

from promptlab.records.provenance import config_hash, examples_digest, git_commit, versions
from promptlab.types import Example, Question


def test_versions_name_python_and_packages():
    found = versions()
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["mlflow"].split(".")[0].isdigit()


def test_versions_import_none_of_the_packages():
    code = (
        "import sys; from promptlab.records.provenance import versions; versions();"
        "print(sorted({'torch', 'mlflow', 'transformers', 'numpy', 'hydra'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_in_no_repository_has_no_commit(tmp_path):
    assert git_commit(tmp_path) == ""
    assert git_commit(tmp_path / "missing") == ""


def test_a_commit_is_named_and_changes_to_it_are_told(tmp_path):
    def git(*arguments):
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-m", "one")
    commit = git_commit(tmp_path)
    assert len(commit) == 40
    (tmp_path / "file").write_text("two")
    assert git_commit(tmp_path) == f"{commit}-dirty"


def test_a_hash_of_a_config_ignores_the_order_of_keys_and_where_a_run_is_shown():
    config = {"seed": 1, "strategy": {"k": 4, "stop": ("\n",)}, "tracking": {"sweep": "a"}}
    again = {"tracking": {"sweep": "b"}, "strategy": {"stop": ["\n"], "k": 4}, "seed": 1}
    assert config_hash(config) == config_hash(again)
    assert config_hash(config) != config_hash(config | {"seed": 2})
    assert len(config_hash(config)) == 16


def test_a_digest_of_examples_tells_answers_and_order_apart():
    one, two = Example(Question("1", "?"), "A"), Example(Question("2", "?"), "B")
    assert examples_digest([one, two]) != examples_digest([two, one])
    assert examples_digest([one]) != examples_digest([Example(one.question, "B")])
