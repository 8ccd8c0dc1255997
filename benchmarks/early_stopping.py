"""What stopping early costs and saves, on recorded draws: accuracy against mean draws.

    python benchmarks/early_stopping.py DRAWS.jsonl [--task text] [--shuffles 50] [--out docs]

Each line of DRAWS.jsonl is one question with all its completions in the order of sampling:
`{"question", "answer", "outputs": [...]}`. No model is asked. The order of the draws is chance, so
each point is the mean over many shuffles of it, as ESC's authors do. Writes `early_stopping.md` and
`early_stopping.svg`.
"""

import argparse
import json
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt

from promptlab.extract import Extract, read, same
from promptlab.program import solve
from promptlab.protocols import Program, Strategy
from promptlab.strategy.voting.adaptive_consistency import AdaptiveConsistency
from promptlab.strategy.voting.esc import ESC
from promptlab.strategy.voting.self_consistency import SelfConsistency
from promptlab.types import Answer, Completion, Example, Generate, Message, Prompt, Question, Task

THRESHOLDS = (0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
ABOUT = (
    "last-letter concatenation, GPT-3.5 at temperature 0.7, recorded "
    "by the\nauthors of ESC (<https://github.com/Yiwei98/ESC>, "
    "`GPT3.5_result/last_letters/T0.7.jsonl`)"
)
BATCHES = (2, 3, 4, 5, 6, 8, 10, 20)
SAMPLES = (1, 3, 5, 7, 10, 15, 20, 30, 40)
DRAW = Prompt((Message("text", "draw"),))


@dataclass(frozen=True)
class Drawn:
    """Already drawn answers, given out by the number of the draw."""

    answers: Sequence[Answer]

    def solve(self, question: Question, demos: Sequence[Example]) -> Program[Answer]:  # noqa: ARG002
        """Ask for one draw; the reply's text is its number."""
        (reply,) = yield [Generate(DRAW)]
        return self.answers[int(reply.text)]


class Numbers:
    """A model that replies with the number of the draw, and counts."""

    identity = {"name": "numbers"}  # noqa: RUF012

    def __init__(self) -> None:
        self.draws = self.batches = 0

    def answer(self, requests: Sequence[Generate]) -> list[Completion]:
        """Reply to a batch."""
        self.draws += len(requests)
        self.batches += 1
        return [Completion(str(request.sampling.draw)) for request in requests]


@dataclass(frozen=True)
class Recording:
    """The answers to one question in the order of sampling, and which of them are right."""

    answers: tuple[Answer, ...]
    right: frozenset[str]


@dataclass(frozen=True)
class Point:
    """One setting: means over questions, and over shuffles; `spread` is the latter's deviation."""

    name: str
    setting: float
    accuracy: float
    spread: float
    draws: float
    batches: float


def recordings(path: Path, task: Task) -> list[Recording]:
    """Read the answers off all recorded completions, once."""
    return [_recording(json.loads(line), task) for line in path.read_text("utf-8").splitlines()]


def _recording(row: dict[str, object], task: Task) -> Recording:
    question = Question(str(row.get("id", "")), str(row["question"]))
    outputs, gold = row["outputs"], str(row["answer"])
    assert isinstance(outputs, list)  # noqa: S101
    answers = tuple(read(Completion(text), task, question, Extract()) for text in outputs)
    texts = {answer.text for answer in answers}
    return Recording(answers, frozenset(text for text in texts if same(text, gold, task)))


def shuffled(recorded: Sequence[Recording], shuffle: int) -> list[Recording]:
    """Return the draws in another order; shuffle 0 is the order in which they were drawn."""
    if shuffle == 0:
        return list(recorded)
    chances = [random.Random(f"{shuffle}:{index}") for index in range(len(recorded))]
    return [
        Recording(tuple(chance.sample(each.answers, len(each.answers))), each.right)
        for chance, each in zip(chances, recorded, strict=True)
    ]


def played(
    make: Callable[[Strategy], Strategy], recorded: Sequence[Recording]
) -> tuple[float, float, float]:
    """Return accuracy, mean draws and mean batches of a strategy over these draws."""
    model, right = Numbers(), 0
    for index, each in enumerate(recorded):
        program = make(Drawn(each.answers)).solve(Question(str(index), ""), ())
        right += solve(program, model).text in each.right  # type: ignore[arg-type]
    count = len(recorded)
    return right / count, model.draws / count, model.batches / count


def settings() -> Iterator[tuple[str, float, Callable[[Strategy], Strategy]]]:
    """Yield every curve's settings with what makes the strategy."""
    for samples in SAMPLES:
        yield "self-consistency", samples, lambda inner, n=samples: SelfConsistency(inner, n)
    for rule in ("beta", "dirichlet"):
        for threshold in THRESHOLDS:
            yield (
                f"adaptive, {rule}",
                threshold,
                lambda inner, r=rule, t=threshold: AdaptiveConsistency(inner, threshold=t, rule=r),
            )
    for batch in BATCHES:
        yield "ESC", batch, lambda inner, size=batch: ESC(inner, batch=size)


def curves(recorded: Sequence[Recording], shuffles: int) -> list[Point]:
    """Play every setting on every shuffle."""
    orders = [shuffled(recorded, shuffle) for shuffle in range(shuffles)]
    points = []
    for name, setting, make in settings():
        accuracies, draws, batches = zip(*(played(make, order) for order in orders), strict=True)
        spread = statistics.stdev(accuracies) if shuffles > 1 else 0.0
        mean = statistics.fmean
        points.append(Point(name, setting, mean(accuracies), spread, mean(draws), mean(batches)))
        print(f"{name:20} {setting:<6g} {100 * mean(accuracies):.2f} {mean(draws):.2f}")
    return points


def drawing(points: Sequence[Point], path: Path) -> None:
    """Draw accuracy against the mean number of draws, a line for each rule."""
    plt.rcParams.update({"svg.hashsalt": "promptlab", "svg.fonttype": "none"})
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    for name, marker in zip(dict.fromkeys(point.name for point in points), "osD^", strict=True):
        of_rule = [point for point in points if point.name == name]
        draws, shares = [p.draws for p in of_rule], [100 * p.accuracy for p in of_rule]
        axes.plot(draws, shares, marker=marker, markersize=4, linewidth=1.2, label=name)
    axes.set(xlabel="draws a question, mean", ylabel="accuracy, %", xlim=(0, None))
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None})


def table(
    points: Sequence[Point], recorded: Sequence[Recording], command: str, about: str, shuffles: int
) -> str:
    """Write the page."""
    whole = next(p for p in points if (p.name, p.setting) == ("self-consistency", 40))
    adaptive = next(p for p in points if (p.name, p.setting) == ("adaptive, beta", 0.95))
    lines = [
        f"| {p.name} | {p.setting:g} | {100 * p.accuracy:.2f} ± {100 * p.spread:.2f} "
        f"| {100 * (p.accuracy - whole.accuracy):+.2f} | {p.draws:.2f} "
        f"| {100 * p.draws / 40:.0f} % | {p.batches:.2f} |"
        for p in points
    ]
    return PAGE.format(
        command=command,
        questions=len(recorded),
        about=about,
        shuffles=shuffles,
        rows="\n".join(lines),
        spent=100 * adaptive.draws / 40,
        lost=100 * abs(adaptive.accuracy - whole.accuracy),
    )


PAGE = """\
# Stopping early: what it costs, what it saves

![accuracy against mean draws](early_stopping.svg)

{questions} questions with 40 recorded draws each: {about}.
Every row is the mean over {shuffles} orders of the same draws; ± is the standard deviation over
those orders. Made by

    {command}

The setting is the number of samples of self-consistency, the threshold of adaptive consistency, the
batch of ESC. Batches are how often the model is asked, one after another, for one question: at
`batch=1` adaptive consistency asks at once for all draws before whose end nothing could stop.

| strategy | setting | accuracy, % | against 40 draws | draws | of 40 | batches |
|---|---|---|---|---|---|---|
{rows}

At 0.95 adaptive consistency (beta) spends {spent:.0f} % of the draws and is {lost:.2f} points away
from the vote of all 40.
"""


def main() -> None:
    """Read, play, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("draws", type=Path)
    parser.add_argument("--task", default="text")
    parser.add_argument("--shuffles", type=int, default=50)
    parser.add_argument("--about", default=ABOUT)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    options = parser.parse_args()
    recorded = recordings(options.draws, Task(answer=options.task))
    points = curves(recorded, options.shuffles)
    options.out.mkdir(parents=True, exist_ok=True)
    drawing(points, options.out / "early_stopping.svg")
    command = (
        f"python benchmarks/early_stopping.py {options.draws.name} --shuffles {options.shuffles}"
    )
    page = table(points, recorded, command, options.about, options.shuffles)
    (options.out / "early_stopping.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main()
