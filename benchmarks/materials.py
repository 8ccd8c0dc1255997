"""What the benchmarks work on: the embedded model, sst2 to label, sums to reason about."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sidebyside import HERE, SHARED

from promptlab import (
    Accuracy,
    ChainOfThought,
    Choose,
    Experiment,
    Extract,
    HuggingFace,
    Jsonl,
    Template,
    read,
)
from promptlab.data.task import PartialTask
from promptlab.ordering.as_selected import AsSelected
from promptlab.program import lifted, solve
from promptlab.protocols import Model, Selection
from promptlab.route import Route
from promptlab.types import (
    Completion,
    Dataset,
    Example,
    Generate,
    Message,
    Prompt,
    Reply,
    Sampling,
    Score,
    Task,
    Trial,
)

CLASSIFY = Template("classify_v1", question="Text: {question}\n", cue="Label:")
"""As `conf/template/classify_v1.yaml`, for the pieces that a label task without choices uses."""

ARITHMETIC = HERE.parent / "datasets" / "arithmetic"


def model(dtype: str = "auto", batch_tokens: int = 16_384) -> HuggingFace:
    """The embedded model, by its converted folder, so that every side reads the same files."""
    return HuggingFace(folder(), dtype=dtype, device="cpu", batch_tokens=batch_tokens)


def fresh(asked: HuggingFace) -> HuggingFace:
    """The same model, which has read nothing yet and keeps nothing of earlier runs; loaded."""
    again = replace(asked)
    assert again.identity  # noqa: S101  reckoned now, not while the clock runs
    again.answer([Score(Prompt((Message("text", "a"),)), (" b",))])
    return again


def folder() -> str:
    """Where the embedded model is; converted now, if it never was."""
    from promptlab.model.embedded import PACKAGES, converted  # noqa: PLC0415  reads the package

    return str(converted(PACKAGES["smollm2"]))


def classification(count: int, path: Path = SHARED / "sst2") -> Dataset:
    """`count` test examples of sst2, or of another folder, and all of its training examples."""
    return Jsonl(str(path), limit=count).load()


def sums(count: int, path: Path = ARITHMETIC) -> Dataset:
    """`count` word problems with worked demonstrations."""
    return Jsonl(str(path), limit=count, task=PartialTask(answer="number")).load()


def chains(dataset: Dataset, selection: Selection, max_tokens: int = 256) -> list[Generate]:
    """What few-shot chain of thought asks for every test example."""
    retrieve = selection.fit(dataset.pool)
    strategy = ChainOfThought(dataset.task, sampling=Sampling(max_tokens=max_tokens))
    programs = (strategy.solve(e.question, retrieve(e.question)) for e in dataset.test)
    return [request for program in programs for request in next(program)]  # type: ignore[misc]


def asked_by(made: Experiment) -> tuple[list[Score], Sequence[Example]]:
    """What an experiment asks, a request a question, and the questions; nobody is asked."""
    fitted, nobody, requests = made.fitted(), Route({}), list[Score]()
    for example in made.dataset.test:
        ranked = solve(lifted(fitted.select(example.question)), nobody)
        shown = solve(lifted(fitted.ordering(ranked, example.question)), nobody)
        requests += next(made.strategy.solve(example.question, shown))  # type: ignore[arg-type]
    return requests, made.dataset.test


def completed(reply: Reply) -> Completion:
    """A reply, which is known to be a completion."""
    assert isinstance(reply, Completion)  # noqa: S101
    return reply


def concluded(texts: Sequence[str], examples: Sequence[Example]) -> list[str]:
    """The numbers that chains of thought end with: the first after `The answer is`."""
    extract, task = Extract(policy="after", triggers=("The answer is",)), Task(answer="number")
    return [
        read(Completion(text.partition("\nQ:")[0]), task, example.question, extract).text
        for text, example in zip(texts, examples, strict=True)
    ]


def labelling(
    dataset: Dataset, selection: Selection, asked: Model, folder: Path, batch: int = 32
) -> Experiment:
    """The experiment that labels the test examples by the probability of each label."""
    return Experiment(
        dataset,
        selection,
        AsSelected(),
        Choose(dataset.task, CLASSIFY),
        asked,
        {"accuracy": Accuracy(dataset.task)},
        folder=folder,
        batch=batch,
    )


def answers(trials: Sequence[Trial]) -> list[str]:
    """What was answered."""
    return [trial.answer.text for trial in trials]


def gold(examples: Sequence[Example]) -> list[str]:
    """What is right."""
    return [example.answer for example in examples]


def write(examples: Sequence[Example], path: Path) -> str:
    """Write examples for a peer to read; return the file's name."""
    lines = [json.dumps({"text": e.question.text, "label": e.answer}) for e in examples]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)
