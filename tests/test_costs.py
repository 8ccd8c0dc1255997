"""Money beside quality: tokens times a price, which decides nothing that is asked or kept."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest
from omegaconf import OmegaConf
from test_experiment import Adder, experiment
from test_leaderboard import SEVERAL, printed

from promptlab.cli.config.compose import build, compose, variant_name
from promptlab.cli.config.folder import slug
from promptlab.metric.checks.checks import Checks
from promptlab.metric.judge import Judge
from promptlab.metric.judging.judge_prompt import JudgePrompt
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.price import UNPRICED, Price, price_of
from promptlab.records.provenance import config_hash
from promptlab.report.data.reading.factors import factors
from promptlab.report.data.standings import read_standings
from promptlab.report.html.page import page
from promptlab.report.markdown.page import markdown
from promptlab.report.number_format import money
from promptlab.selection.first import First
from promptlab.types import Example, Question

ASKED = Judge(prompt=JudgePrompt("q", question="Q: {question}\n"))
PRICES = ["model.price.input=0.5", "model.price.output=2"]


@dataclass(frozen=True)
class Priced(Adder):
    """An adder whose tokens cost something."""

    price: Price = UNPRICED


def priced(folder: Path, price: Price = UNPRICED, patience: int = 99, **changed):
    config = {"seed": 7, "model": {"name": "adder", "price": {"input": price.input}}}
    return experiment(folder, Priced([patience], price), config=config, **changed)


def test_a_run_costs_its_tokens_times_their_price_by_role_and_stage(tmp_path: Path) -> None:
    judged = {"metric": {"judge": ASKED}, "judge": Priced(price=Price(100, 0))}
    result = priced(tmp_path, Price(1_000, 50_000), **judged)()
    costs = result["costs"]
    assert costs["strategy"]["model"]["cost"] == pytest.approx(7 * (0.01 + 0.1))
    assert costs["metric"]["judge"]["cost"] == pytest.approx(7 * 0.001)
    assert result["metrics"]["cost"] == pytest.approx(7 * 0.111)
    assert json.loads((tmp_path / "result.json").read_text())["costs"] == costs


def test_a_role_without_a_price_costs_nothing_and_a_run_without_any_has_no_cost(
    tmp_path: Path,
) -> None:
    judged = {"metric": {"judge": ASKED}, "judge": Priced()}
    result = priced(tmp_path / "one", Price(0, 50_000), **judged)()
    assert "cost" not in result["costs"]["metric"]["judge"]
    assert result["metrics"]["cost"] == pytest.approx(7 * 0.1)
    assert "cost" not in priced(tmp_path / "none")()["metrics"]


def test_a_new_price_is_counted_and_nothing_is_asked_again(tmp_path: Path) -> None:
    first = priced(tmp_path)()
    trials = (tmp_path / "trials.jsonl").read_bytes()
    again = priced(tmp_path, Price(1_000, 0), patience=0)()
    assert again["metrics"] == first["metrics"] | {"cost": pytest.approx(0.07)}
    assert again["config"]["model"]["price"] == {"input": 1_000}
    assert json.loads((tmp_path / "result.json").read_text())["costs"] == again["costs"]
    assert (tmp_path / "trials.jsonl").read_bytes() == trials
    dropped = priced(tmp_path, patience=0)()
    assert (dropped["metrics"], dropped["costs"]) == (first["metrics"], first["costs"])


def test_what_a_store_has_is_found_whatever_the_price_and_costs_as_if_it_had_been_asked(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "completions.db")
    asked = experiment(tmp_path / "a", CachedModel(Priced(price=Price(1, 1)), path))()
    found = experiment(tmp_path / "b", CachedModel(Priced([0], Price(10, 10)), path))()
    assert found["metrics"]["cost"] == pytest.approx(10 * asked["metrics"]["cost"])


def test_a_price_is_no_part_of_a_run_s_name_folder_or_config_hash() -> None:
    told = ["strategy=cot", "model@judge=scripted"]
    more = [*told, *PRICES, "judge.price.input=1", "+judge.price.output=1"]
    assert slug(more) == slug(told)
    assert variant_name(more) == variant_name(told)
    assert slug([*told, "model.prices=1"]) != slug(told)
    inner = {"_target_": "x.Shouting", "inner": {"reply": "7", "price": {"input": 1}}}
    other = {"_target_": "x.Shouting", "inner": {"reply": "7"}}
    assert config_hash({"model": inner}) == config_hash({"model": other})
    assert config_hash({"strategy": inner}) != config_hash({"strategy": other})
    assert factors([{"model": inner, "k": 1}, {"model": other, "k": 2}]) == {"k": ["1", "2"]}


def test_every_role_takes_a_price_on_the_command_line() -> None:
    told = ["model=scripted", "tracking=none", "model@judge=scripted", "judge.price.input=1"]
    run = build(compose([*told, *PRICES, "judge.price.output=3"]))
    assert run.cost("model", 2_000_000, 1_000_000) == 3
    assert run.cost("judge", 2_000_000, 1_000_000) == 5
    assert run.cost("writer", 1_000_000, 0) == 0.5


def test_a_model_that_wraps_another_has_its_price_unless_it_has_its_own() -> None:
    @dataclass(frozen=True)
    class Shouting:
        inner: object
        price: Price | None = None

    inside, own = Price(1, 2), Price(3, 4)
    assert price_of(CachedModel(Shouting(Priced(price=inside)))) == inside
    assert price_of(Shouting(Priced(price=inside), own)) == own
    assert price_of(Shouting(Adder())) == UNPRICED


@pytest.mark.parametrize(
    "prices", [(1.0, None), (None, 1.0), (-1.0, 2.0), (float("nan"), 1.0), (1.0, float("inf"))]
)
def test_half_a_price_and_one_below_nothing_are_refused(prices) -> None:
    with pytest.raises(ValueError, match=r"expected the price of a million tokens for both"):
        Price(*prices)


def test_the_leaderboard_and_the_report_have_a_column_only_where_there_is_a_price(
    tmp_path: Path,
) -> None:
    assert "cost" not in "\n".join(printed(SEVERAL, width=140))
    dear = {**SEVERAL[0], "metrics": SEVERAL[0]["metrics"] | {"cost": 0.0123}}
    assert "0.012" in "\n".join(printed([dear, SEVERAL[1]], width=140))
    priced(tmp_path / "a", name="a")()
    free = read_standings([tmp_path])
    assert "| calls | seconds |" in markdown(free)
    priced(tmp_path / "b", Price(1_000, 0), name="b", selection=First(k=1))()
    found = read_standings([tmp_path])
    assert "| calls | cost | seconds |" in markdown(found)
    assert "| b | 70 | 14 | 7 | 0.070 |" in markdown(found)
    assert "| a | 70 | 14 | 7 | – |" in markdown(found)
    assert [">cost<" in page(each) for each in (free, found)] == [False, True]


@pytest.mark.parametrize(
    ("sum_", "said"),
    [(0, "0.00"), (1234.5, "1,234.50"), (0.07, "0.070"), (0.000012345, "0.000012")],
)
def test_money_has_cents_or_two_digits_of_what_is_less(sum_, said) -> None:
    assert money(sum_) == said


def test_the_commands_of_the_page_set_the_prices_that_they_name() -> None:
    page = (Path(__file__).parents[1] / "docs" / "costs.md").read_text("utf-8")
    commands = re.findall(r"^    python -m promptlab (.*=.*)$", page, re.MULTILINE)
    one, other = [command for command in commands if "price" in command]
    run = build(compose(shlex.split(one)))
    assert run.cost("model", 1_000_000, 1_000_000) == pytest.approx(0.75)
    run = build(compose(shlex.split(other)))
    assert run.cost("judge", 1_000_000, 1_000_000) == pytest.approx(0.75)
    assert run.cost("model", 1_000_000, 1_000_000) is None


def test_a_bound_of_the_cost_needs_a_price_and_a_new_one_is_a_new_score(tmp_path: Path) -> None:
    judged = {"metric": {"checks": Checks([{"cost": {"max": 0.11}}])}}
    with pytest.raises(ValueError, match="the model has no price; expected model.price.input"):
        priced(tmp_path, **judged)
    first = priced(tmp_path, Price(1_000, 50_000), patience=7, **judged)()
    assert (first["metrics"]["cost_bound"], first["metrics"]["passed"]) == (1.0, 1.0)
    second = priced(tmp_path, Price(1_000, 60_000), patience=7, **judged)()
    assert second["metrics"]["cost_bound"] == 0.0


def test_a_bound_of_the_latency_is_scored_where_it_was_measured(tmp_path: Path) -> None:
    judged = {"metric": {"checks": Checks([{"latency": {"max": 60}}, {"words": {"min": 1}}])}}
    path = str(tmp_path / "completions.db")
    asked = experiment(tmp_path / "asked", CachedModel(Adder(), path), **judged)()
    assert asked["metrics"]["latency_bound"] == 1.0
    found = experiment(tmp_path / "found", CachedModel(Adder([0]), path), **judged)()
    assert "latency_bound" not in found["metrics"]
    assert (found["metrics"]["words"], found["metrics"]["passed"]) == (1.0, 1.0)


def test_the_bounds_of_the_page_of_checks_are_read_as_they_stand() -> None:
    page = (Path(__file__).parents[1] / "docs" / "checks.md").read_text("utf-8")
    (command,) = re.findall(r"^    python -m promptlab (.*price.*)$", page, re.MULTILINE)
    cfg = compose(shlex.split(command))
    checks = Checks(OmegaConf.to_container(cfg.metric.checks.checks))
    assert checks.bounds_cost([Example(Question("q", "?"), "")])
    assert (cfg.batch, cfg.model.price.output) == (1, 0.6)
