"""Small sweeps, written as runs are written."""

import random
from dataclasses import replace
from zlib import crc32

from promptlab.records.files import Records
from promptlab.types import (
    Answer,
    Completion,
    Example,
    Exchange,
    Generate,
    Message,
    Prompt,
    Question,
    Sampling,
    Trial,
)


def trial(number, *, gold, said, outcome="parsed", text=None, prompt="Q: {}\nA:", tokens=10):
    """A trial whose answer is read off a text that states it."""
    question = Question(f"ex-{number}", f"Question {number}: how many?")
    asked = Prompt((Message("text", prompt.format(question.text)),))
    text = f"The answer is {said}." if text is None else text
    right = float(outcome == "parsed" and said == gold)
    return Trial(
        Example(question, gold),
        (),
        (Exchange(Generate(asked), Completion(text, "stop", tokens, 4)),),
        Answer(said if outcome == "parsed" else "", "", (), outcome),
        {"accuracy": right},
    )


def trials(share, count=40, *, seed=0, **how):
    """Right and wrong answers; every tenth wrong one was not read."""
    made = []
    for number in range(count):
        right = random.Random(f"{seed}:{number}").random() < share
        gold = str(number + 3)
        lost = not right and number % 4 == 0
        outcome = "unparsed" if lost else "parsed"
        text = f"Well, {gold} or so, who knows" if lost else None
        said = gold if right else str(number + 500)
        made.append(trial(number, gold=gold, said=said, outcome=outcome, text=text, **how))
    return made


def write(
    folder,
    name,
    made,
    *,
    config=None,
    dataset="sums",
    finished=True,
    seconds=2.0,
    same=False,
    model="tiny-1b",
):
    """Write a run, which asks something of its own, or with `same` what others ask."""
    records = Records(folder / name.replace(",", "-").replace("/", "_"))
    records.append(made if same else [own(each, name) for each in made])
    if finished:
        task = {"task": {"answer": "number", "labels": []}}
        records.write_result(
            {
                "name": name,
                "dataset": dataset,
                "metrics": {"n": len(made)},
                "config": {"dataset": task, **(config or {})},
                "model": {"name": model},
                "timings": {"seconds": seconds, "requests": {"asked": 40, "found": 10}},
            }
        )
    return records.folder


def own(trial, name):
    """Sample with a seed that is the run's own."""
    asked = [
        replace(each, request=replace(each.request, sampling=Sampling(seed=crc32(name.encode()))))
        for each in trial.exchanges
    ]
    return replace(trial, exchanges=tuple(asked))


def settings(selection, k):
    """The config of a variant, as Hydra resolves it."""
    return {
        "selection": {"_target_": f"promptlab.selection.{selection}.{selection.upper()}", "k": k},
        "strategy": {"_target_": "promptlab.strategy.direct.Direct"},
        "k": k,
        "tracking": {"uri": f"{selection}{k}"},
    }
