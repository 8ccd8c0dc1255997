"""`python -m promptlab cache` says what is stored, and removes what it is told to and no more."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hydra import compose, initialize_config_module
from hydra.utils import instantiate

from promptlab.cli.command.cache import cache, seconds
from promptlab.model.cache.cached_model import CachedModel
from promptlab.protocols import Preview
from promptlab.types import Completion, Generate, Message, Prompt, Request

DAY = 86_400


@dataclass(frozen=True)
class Named:
    name: str
    dtype: str = "float32"

    @property
    def identity(self) -> Mapping[str, str]:
        return {"name": self.name, "weights": "ab12" * 16, "dtype": self.dtype}

    def answer(self, requests: Sequence[Request]) -> list[Completion]:
        return [Completion("an answer", "stop") for _ in requests]

    def preview(self, prompt: Prompt) -> Preview:
        return Preview(prompt.text, None)


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("PROMPTLAB_CACHE", str(tmp_path / "root"))
    return tmp_path / "root"


def fill(model: Named, count: int, days_ago: float = 0) -> None:
    requests = [Generate(Prompt((Message("text", f"{n} {days_ago}"),))) for n in range(count)]
    CachedModel(model).answer(requests)
    when = int(time.time() - days_ago * DAY)
    with closing(sqlite3.connect(CachedModel(model)._file.path)) as connection, connection:
        connection.execute("UPDATE completions SET used = ? WHERE used > ?", (when, when))


def rows(root: Path) -> dict[str, int]:
    with closing(sqlite3.connect(root / "completions.db")) as connection:
        return dict(
            connection.execute(
                "SELECT m.name, count(*) FROM completions JOIN models m ON m.id = model GROUP BY 1"
            )
        )


def test_an_empty_cache_is_told_and_not_made(root, capsys):
    cache([])
    told = capsys.readouterr().out
    assert f"No completions are stored in {root / 'completions.db'}" in told
    assert not root.exists()


def test_what_is_stored_is_told_by_model(capsys):
    fill(Named("small"), 3)
    fill(Named("large"), 1_200)
    fill(Named("large", "bfloat16"), 2)
    cache([])
    told = capsys.readouterr().out
    assert told.startswith("1,205 completions and scores, ")
    lines = [line.split() for line in told.splitlines() if line.startswith(" ")]
    assert [[line[0], line[1], *line[6:]] for line in lines[1:]] == [
        ["large", "1,200", "dtype", "float32"],
        ["small", "3"],
        ["large", "2", "dtype", "bfloat16"],
    ]


def test_the_other_folders_are_told(root, capsys):
    (root / "models" / "deep").mkdir(parents=True)
    (root / "models" / "deep" / "weights").write_bytes(bytes(2_500_000))
    (root / "embeddings").mkdir()
    cache([])
    assert "embeddings 0 bytes, models 2.5 MB" in capsys.readouterr().out


def test_clearing_a_model_keeps_the_others(root, capsys):
    fill(Named("small"), 3)
    fill(Named("large"), 5)
    fill(Named("large", "bfloat16"), 2)
    cache(["clear", "--model", "large"])
    assert "Removed 7 completions and scores of large;" in capsys.readouterr().out
    assert rows(root) == {"small": 3}


def test_clearing_by_age_keeps_what_was_used_since(root, capsys):
    fill(Named("small"), 3, days_ago=0)
    fill(Named("large"), 2, days_ago=40)
    fill(Named("small"), 4, days_ago=40)
    with closing(sqlite3.connect(root / "completions.db")) as connection, connection:
        connection.execute(
            "UPDATE completions SET used = ? WHERE rowid <= 3", (int(time.time()) - 29 * DAY,)
        )
    cache(["clear", "--older-than", "30d", "--model", "small"])
    assert "Removed 4 completions and scores of small not used for 30d" in capsys.readouterr().out
    assert rows(root) == {"small": 3, "large": 2}
    cache(["clear", "--older-than", "5w"])
    assert rows(root) == {"small": 3}


def test_clearing_all_makes_the_file_small_and_takes_what_was_set_aside(root, capsys):
    fill(Named("small"), 5_000)
    full = (root / "completions.db").stat().st_size
    unusable = root / "completions.db.unusable"
    unusable.write_bytes(b"garbage")
    (root / "models").mkdir()
    cache(["clear", "--all"])
    told = capsys.readouterr().out
    assert f"Removed {unusable}." in told
    assert "Removed 5,000 completions and scores;" in told
    assert not unusable.exists()
    assert (root / "models").is_dir()
    assert (root / "completions.db").stat().st_size < full / 10
    cache(["clear", "--all"])
    assert "Nothing to remove" in capsys.readouterr().out


def test_clearing_beside_a_run_does_not_disturb_it(root):
    stored = CachedModel(Named("small"))
    requests = [Generate(Prompt((Message("text", str(n)),))) for n in range(20)]
    stored.answer(requests[:10])
    cache(["clear", "--all"])
    stored.answer(requests)
    assert rows(root) == {"small": 20}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "cache clear: what. Give --model NAME, --older-than 30d"),
        (["--model", "huge"], "--model huge: nothing of it is stored in .*; there is small"),
        (["--older-than", "soon"], "--older-than soon: expected a number and m, h, d or w"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_removes_nothing(root, arguments, message):
    fill(Named("small"), 3)
    with pytest.raises(ValueError, match=message):
        cache(["clear", *arguments])
    assert rows(root) == {"small": 3}


def test_a_damaged_store_is_told(root):
    root.mkdir()
    (root / "completions.db").write_bytes(b"garbage" * 100)
    with pytest.raises(OSError, match=r"completions\.db cannot be used .file is not a database"):
        cache([])


def test_lengths_of_time_are_read():
    assert [seconds(told) for told in ("5m", "2h", "30d", "1w")] == [300, 7200, 30 * DAY, 7 * DAY]


def test_it_is_a_command_of_the_command_line(root):
    fill(Named("small"), 3)
    command = [sys.executable, "-m", "promptlab", "cache"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told.startswith("3 completions and scores, ")
    failed = subprocess.run([*command, "clear"], capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith("promptlab: cache clear: what?")


@pytest.mark.parametrize("mode", ["on", "off", "read", "refresh"])
def test_every_mode_is_a_word_on_the_command_line(mode):
    with initialize_config_module("promptlab.conf", version_base="1.3"):
        cfg = compose(f"cache/{mode}")
    stored = instantiate(cfg.cache, _convert_="all")(Named("small"))
    assert stored == CachedModel(Named("small"), mode=mode)
