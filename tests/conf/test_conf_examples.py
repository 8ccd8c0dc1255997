"""What the comments of the yaml files say can be typed can be typed."""

import json
import re
import shlex
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from promptlab.cli.command.show import previews
from promptlab.cli.command.tune import composed
from promptlab.cli.config.compose import add_search_path, build, compose, variants
from promptlab.cli.config.overrides import rewrite_overrides

CONF = Path(__file__).parents[2] / "conf"
HELP = CONF.parent / "promptlab" / "cli" / "help.py"
WORD = r"[+~]?[A-Za-z_][\w@./]*=(?:'[^']*'|[^\s'\"])+|\"[\w.]+='[^']*'\"|'[\w.]+=\$\{\w+\}'"
ROW = {"question": "Warm or cold?", "answer": "warm", "passages": "It is warm."}
ROW |= {"context": "A day.", "first": "It is warm.", "third": "It is."}
QUICK = ("model=scripted", "tracking=none")
APART = ("demonstrations=independent", "demonstrations=blended")
"""What no scripted model reads."""
AFAR = (*APART, "model=", "model.name=", "encoder=hub", "dataset=hf", "selection=rerank")
AFAR += ("retrieval=reranked", "retrieval=hyde", "retrieval=milvus", "selection=memory")
"""What these name is fetched or loaded: it is composed, and no prompt of it is shown."""


def examples(paths: Iterable[Path] = (*CONF.rglob("*.yaml"), HELP)) -> list[str]:
    """Every run of key=value in a comment, or after `python -m promptlab`."""
    found = []
    for path in sorted(paths):
        for line in path.read_text("utf-8").splitlines():
            comment = re.search(r"(?:^|\s)#(.*)|(python -m promptlab.*)", line)
            if comment:
                said = comment[1] or comment[2]
                found += [each[0] for each in re.finditer(rf"(?:{WORD})(?: +(?:{WORD}))*", said)]
    return list(dict.fromkeys(example.rstrip(".,;") for example in found))


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A folder with data, and a strategy, of one's own."""
    import pyarrow
    from pyarrow import parquet

    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "mine"
    (folder / "strategy").mkdir(parents=True)
    (folder / "strategy" / "mine.yaml").write_text("defaults: [direct]\n")
    for prompt in ("mine.j2", "terse.j2", "polite.j2"):
        (tmp_path / prompt).write_text("{{ demonstrations }} {{ question }}")
    (tmp_path / "corpus.jsonl").write_text('{"id": "a", "text": "It is warm."}\n')
    for part in ("train", "test"):
        rows = [ROW | {"id": f"{part}-{number}"} for number in range(8)]
        (folder / f"{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        table = "".join(",".join(row.values()) + "\n" for row in rows)
        (folder / f"{part}.csv").write_text(",".join(rows[0]) + "\n" + table)
        parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{part}.parquet")
        quiz = [row | {"choices": ["warm", "cold"]} for row in rows]
        (tmp_path / "quiz").mkdir(exist_ok=True)
        (tmp_path / "quiz" / f"{part}.jsonl").write_text("\n".join(map(json.dumps, quiz)))
    return add_search_path([], "mine")


def test_there_are_examples_with_line_breaks_and_commas() -> None:
    assert r"template.cue='Answer:' template.separator='\n###\n'" in examples()
    assert "\"template.cue='Answer, please:'\"" in examples()
    assert len(examples()) > 60


DATA = examples((CONF / "dataset").rglob("*.yaml"))
"""What is said of files of many shapes, which are not here: it is composed, and nothing is read."""


@pytest.mark.parametrize("example", DATA)
def test_an_example_of_a_data_set_is_understood(example: str, mine: list[str]) -> None:
    words = shlex.split(example)
    source = "csv" if "header" in example or "quoting" in example else "jsonl"
    told = [*mine, f"dataset={source}", "dataset.path=mine"]
    told = [
        each for each in told if each.partition("=")[0] not in {w.partition("=")[0] for w in words}
    ]
    for variant in islice(variants(rewrite_overrides([*told, *words])), 4):
        assert compose(variant).dataset.path


@pytest.mark.parametrize("example", [each for each in examples() if each not in DATA])
def test_an_example_of_a_comment_works_as_it_is_written(example: str, mine: list[str]) -> None:
    words = shlex.split(example)
    quick = [word for word in QUICK if not any(each.startswith(word[:6]) for each in words)]
    if any(word.startswith(("tuning", "out=")) for word in words):  # of a training, not of a run
        assert composed([*mine, *(word for word in words if not word.startswith("out="))])
        return
    told = rewrite_overrides([*mine, *words, *quick])
    swept = "," in example or "experiment" in example
    first, *_ = map(compose, islice(variants(told), 2) if swept else [told])
    if "dataset=hf" not in words and not any(word in example for word in APART):
        experiment = build(first)
    if not any(word in example for word in AFAR):
        assert previews(experiment, 1)


def test_a_separator_and_a_cue_are_what_the_comment_means(mine: list[str]) -> None:
    words = rewrite_overrides(
        [r"template.cue=Answer:", r"template.separator=\n###\n", "model=scripted"]
    )
    template = build(compose(words)).strategy.template
    assert (template.cue, template.separator) == ("Answer:", "\n###\n")
