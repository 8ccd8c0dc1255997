"""Small finished runs to be judged: sums, answered by models that are right on some."""

import re
from pathlib import Path

from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.selection.zero import Zero
from promptlab.strategy.direct import Direct
from promptlab.types import Dataset, Example, Question, Task

TASK = Task("Add up.", "number")
SUMS = tuple(Example(Question(f"q{n}", f"{n} + 1?"), str(n + 1)) for n in range(12))


def finished(folder: Path, right: int, test=SUMS, name="", metric=None, **others) -> Path:
    """Run an experiment in which the first `right` of the sums are right."""

    def reply(request):
        number = int(re.findall(r"(\d+) \+ 1\?", request.prompt.text)[-1])
        return str(number + 1 if number < right else 99)

    config = {"dataset": {"task": {"instruction": TASK.instruction, "answer": TASK.answer}}}
    Experiment(
        Dataset("sums", TASK, (), test),
        Zero(),
        AsSelected(),
        Direct(TASK),
        Scripted(reply),
        {"accuracy": Accuracy(TASK), **(metric or {})},
        folder=folder,
        name=name or folder.name,
        config=config | {"right": right, "name": name},
        **others,
    )()
    return folder


def knows(request) -> str:
    """Reply as a judge who can add up: 5 or 1, or which answer is right."""
    text = request.prompt.text
    gold = str(int(re.findall(r"(\d+) \+ 1\?", text)[-1]) + 1)
    pair = re.search(r"Answer A:\n(\S*)\n+Answer B:\n(\S*)", text)
    if pair is None:
        return "5" if re.search(rf"graded:\n{gold}$", text) else "1"
    said = pair[1] == gold, pair[2] == gold
    return "C" if said[0] == said[1] else "AB"[said[1]]


def contents(folder: Path) -> dict[Path, bytes]:
    """Read all files below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
