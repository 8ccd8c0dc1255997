"""Small runs to export: made of the yaml files, answered by a model without weights."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import yaml
from laws import CONF, composed
from omegaconf import OmegaConf

from promptlab.experiment import Experiment
from promptlab.export.component import component
from promptlab.model.scripted import Scripted
from promptlab.protocols import Preview
from promptlab.types import digest

ENCODER = {"_target_": "bag_of_words.BagOfWords"}
WORDS = ("The answer is yes.", " no", "是 yes because it is.", "The answer is maybe.", "nothing")


def row(number, text, answer, **more):
    return {"id": f"q{number}", "question": text, "label": answer, **more}


POOL = [
    row(1, "Is 3 odd? {x} %s ${oc.env:HOME}", "yes", rationale="3 = 2 + 1."),
    row(2, "猫会游泳吗？", "maybe", rationale="有的会。"),
    row(3, "Is it late?", "no", context="It is noon.", rationale="Noon is early."),
    row(4, "Is 3 even?", "no", rationale="3 is odd."),
    row(5, "Do <b>fish</b> swim? {{ 7 * 7 }}", "yes", rationale="They do."),
    row(6, "Is red a colour?", "yes"),
    row(7, "Is 5 odd?", "yes", rationale="5 = 4 + 1."),
    row(8, "Is it early?", "yes", context="It is noon.", rationale="So it says."),
]
TEST = [
    row(11, "Is 7 odd? {answer}", "yes"),
    row(12, "Is it noon?", "yes", context="It is noon.\nIt rains."),
    row(13, "狗会游泳吗？", "maybe"),
    row(4, "is 3  EVEN?", "no"),
]


def write_data(folder: Path, choices: list[str] | None = None) -> Path:
    """Write the data set; with choices, its labels are answers to be chosen."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("train", POOL), ("test", TEST)):
        told = [_quiz(each, choices) if choices else each for each in rows]
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    return folder


def _quiz(each: dict[str, str], choices: list[str]) -> dict[str, object]:
    rest = {key: value for key, value in each.items() if key != "label"}
    return {**rest, "answer": each["label"], "choices": choices}


def reply(request):
    """One of some words, by the prompt and the number of the draw."""
    return WORDS[int(digest([request.prompt.digest, request.sampling.draw])[:8], 16) % len(WORDS)]


@dataclass(frozen=True)
class Narrow(Scripted):
    """A model that counts words, and has room for few."""

    window: int = 60

    def preview(self, prompt):
        return Preview(prompt.text, len(prompt.text.split()), self.window)


MODEL = Scripted(reply)
SOURCE = {"_target_": "promptlab.model.scripted.Scripted", "reply": "The answer is yes."}


@cache
def node(group, option):
    """Return what a yaml file of a group says, not yet resolved; composed, where it has parts."""
    said = yaml.safe_load((CONF / group / f"{option}.yaml").read_text("utf-8"))
    if "defaults" in said:
        return OmegaConf.to_container(composed(group, option)[group], resolve=False)
    return said


class Values(dict):
    """What `${…}` refers to: a group that is not chosen is what the config has by default."""

    def __missing__(self, group):
        defaults = yaml.safe_load((CONF / "config.yaml").read_text("utf-8"))["defaults"]
        (option,) = (each[group] for each in defaults if isinstance(each, dict) and group in each)
        return filled(node(group, option), self)


def filled(tree, values):
    """Put values in the place of what `${…}` refers to."""
    if isinstance(tree, dict):
        return {key: filled(item, values) for key, item in tree.items()}
    if isinstance(tree, list):
        return [filled(item, values) for item in tree]
    is_reference = isinstance(tree, str) and tree.startswith("${")
    return values[tree.strip("${}")] if is_reference else tree


def run(folder: Path, data: Path, model=MODEL, **chosen):
    """Run an experiment in a folder; `chosen` are the options of its groups, or their trees."""
    chosen = {"selection": "first", "ordering": "similar_last", "tool": "none", **chosen}
    chosen = {"template": "qa_v1", "strategy": "direct", "metric": "standard", **chosen}
    tools = {"pal": "python", "react": "calculator", "llm_plus_p": "planner"}
    tool = tools.get(str(chosen["strategy"]))
    chosen |= {"tool": tool} if tool else {}
    trees = {g: node(g, each) if isinstance(each, str) else each for g, each in chosen.items()}
    source = node("dataset", "jsonl") | {"path": str(data)}
    source["task"] = source["task"] | {"instruction": "Say what is right: {labels}."}
    dataset = component(source, "dataset", folder).load()
    values = Values({"k": 3, "seed": 0, "encoder": ENCODER})
    values["dataset.task"] = asdict(dataset.task) | {"_target_": "promptlab.types.Task"}
    values["output"] = node("output", "none")
    values["tool"] = filled(trees["tool"], values)
    values["template"] = filled(trees.pop("template"), values)
    config = {stage: filled(tree, values) for stage, tree in trees.items()}
    trust = ["bag_of_words", "promptlab.metric"]
    stages = {stage: component(tree, stage, folder, trust) for stage, tree in config.items()}
    config |= {"dataset": source | {"task": values["dataset.task"]}, "model": SOURCE, "seed": 0}
    return Experiment(
        **{**stages, "dataset": dataset, "model": model, "folder": folder, "config": config},
        name="one",
    )()
