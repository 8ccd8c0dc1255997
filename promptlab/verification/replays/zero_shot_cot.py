"""What text-davinci-002 answered in two stages: Kojima et al., 2022, table 1.

Their numbers are compared as texts, and so `exact_match` is what is held against theirs. Five gold
answers of GSM8K kept a comma, which no prediction has: to them these are wrong.
"""

from pathlib import Path

from promptlab.metric.exact_match import ExactMatch
from promptlab.strategy.thought.zero_shot_cot import ZeroShotCoT
from promptlab.types import AnswerKind, Example, Question, Task
from promptlab.verification.check import Check
from promptlab.verification.replays.rows import answered, mean

FOLDER = "zero_shot_cot_logs"
PUBLISHED: dict[str, tuple[AnswerKind, float]] = {
    "multiarith": ("number", 78.67),
    "gsm8k": ("number", 40.71),
    "addsub": ("number", 69.62),
    "singleeq": ("number", 77.95),
    "aqua": ("choice", 33.46),
}


def accuracy(folder: Path, name: str) -> float:
    """Return the accuracy of a data set's outputs, in percent."""
    task = Task(answer=PUBLISHED[name][0])
    lines, answers = answered(folder, f"{FOLDER}/{name}_zero_shot_cot.jsonl", ZeroShotCoT(task))
    golds = [Example(Question(line["id"], line["question"]), line["answer"]) for line in lines]
    return mean(ExactMatch(task), answers, golds)


def checks(folder: Path) -> list[Check]:
    """List the checks of a folder of outputs."""
    return [
        Check(
            *("published", f"zero-shot CoT, {name}", "Kojima et al. 2022, table 1, %", published),
            compute=lambda name=name: accuracy(folder, name),  # type: ignore[misc]
            within=0.005,
        )
        for name, (_, published) in PUBLISHED.items()
    ]
