"""Every experiment is written up: a yaml and a folder of the same name, with what came out."""

import csv
import re
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from promptlab.cli.config.compose import compose
from promptlab.route import ROLES

ROOT = Path(__file__).parents[2]
YAMLS = sorted(path.stem for path in (ROOT / "conf" / "experiment").glob("*.yaml"))
FOLDERS = sorted(path.name for path in (ROOT / "experiments").iterdir() if path.is_dir())
VARIANTS = sorted(path.stem for path in (ROOT / "conf" / "variant").glob("*.yaml"))


def test_every_experiment_has_a_yaml_and_a_folder() -> None:
    assert YAMLS == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_a_write_up_has_the_command_a_table_and_a_conclusion(name: str) -> None:
    text = (ROOT / "experiments" / name / "README.md").read_text("utf-8")
    assert re.match(r"# .+\?\n", text), "its heading is the question"
    assert re.search(rf"^    python -m promptlab .*experiment={name}\b", text, re.MULTILINE)
    assert "What can be concluded" in text
    for picture in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text):
        assert (ROOT / "experiments" / name / picture).is_file()


@pytest.mark.parametrize("name", FOLDERS)
def test_its_table_of_results_names_every_variant(name: str) -> None:
    with (ROOT / "experiments" / name / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["variant"] for row in rows}) == len(rows) > 1
    metric = "accuracy" if "accuracy" in rows[0] else "token_f1"
    assert all(0 <= float(row[metric]) <= 1 for row in rows)


@pytest.mark.parametrize("name", YAMLS)
def test_a_yaml_sets_nothing_that_an_experiment_does_not_have(name: str) -> None:
    assert set(compose([f"experiment={name}"])) - set(ROLES) == set(compose([]))


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_sets_nothing_that_an_experiment_does_not_have(name: str) -> None:
    assert set(compose([f"variant={name}"])) == set(compose([]))


def test_sst2_is_to_be_given_as_a_folder() -> None:
    cfg = compose(["experiment=sst2_demonstrations"])
    assert OmegaConf.missing_keys(cfg) >= {"dataset.path"}
