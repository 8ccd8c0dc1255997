"""Small runs to export: made of the yaml files, answered by a model without weights."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from laws import composed
from omegaconf import OmegaConf

from promptlab.cli.config.compose import build
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


def write_data(folder: Path) -> Path:
    """Write the data set."""
    folder.mkdir(exist_ok=True)
    for name, rows in (("train", POOL), ("test", TEST)):
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows)
        (folder / f"{name}.jsonl").write_text(lines, "utf-8")
    return folder


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


@cache
def node(group, option):
    """Return what a yaml file of a group says, as it is composed."""
    return composed(group, option)[group]


def composed_dataset(**task):
    """Return a data set whose task is described."""
    dataset = node("dataset", "jsonl").copy()
    dataset.task.update(task)
    return dataset


def run(folder: Path, data: Path, model=MODEL, **chosen):
    """Run an experiment in a folder; `chosen` are the options of its groups, or their nodes."""
    cfg = composed("dataset", "jsonl").copy()
    OmegaConf.set_struct(cfg, False)
    cfg.merge_with({"folder": str(folder), "name": "one", "k": 3})
    chosen = {"tracking": "none", "cache": "off", "selection": "first", **chosen}
    chosen["encoder"] = ENCODER
    for group, option in chosen.items():
        cfg[group] = node(group, option) if isinstance(option, str) else option
    cfg.dataset.path = str(data)
    cfg.dataset.task.instruction = "Say what is right: {labels}."
    return replace(build(cfg), model=model)()
