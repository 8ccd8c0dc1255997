"""Strategies of many steps: what a run takes beside its requests asked in a perfect batch.

    python benchmarks/batching.py

A hundred word problems, solved side by side; each step of a question waits for its last, so that
a run is as many batches as the longest question has steps. Beside it, the same requests, for which
the same tokens are read and written, without programs and tools:
- in one call, which no run could know: all of them are planned, sorted and padded together;
- in the run's own batches, one after another.
The quicker of these is the perfect batch, and a run is hoped to take at most 1.5 times as long. The
one call is not always the quicker: each step of a question begins with the steps before it, and
what rows begin with alike is read a row at a time. What is written must be the same: `same replies`
says of how many requests it is (in half precision, rounding makes a few others). CPU seconds are
this process's, which other work on the machine moves less than the seconds of the clock.

SmolLM2-135M takes nothing apart and calls no tool, so that every question is given all its steps:
what it writes to take one apart is computed, and read as five questions; a thought without an
action is told so, and goes on to the last step.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from materials import completed, fresh, gold, model, sums
from sidebyside import THREADS, keep, limit_threads, machine, parser, say

from promptlab import Direct, HuggingFace
from promptlab.program import parallel, solve
from promptlab.protocols import Preview, Strategy
from promptlab.route import Route
from promptlab.strategy.acting.react import ReAct
from promptlab.strategy.decomposition.least_to_most import TAKE_APART, LeastToMost
from promptlab.tool.calculator import Calculator
from promptlab.types import Dataset, ModelReply, ModelRequest, Prompt, Sampling, Task

Batches: TypeAlias = Sequence[Sequence[ModelRequest]]

HOPED = 1.5
HEAD = """\
| work | a run, s, median (all) | in one call, s | in its batches, s | ratio to the quicker | of CPU s | at most | requests | tokens | same replies |
|---|---|---|---|---|---|---|---|---|---|"""  # noqa: E501
WAYS: Mapping[str, Callable[[Batches], Batches]] = {
    "in one call": lambda batches: [[request for batch in batches for request in batch]],
    "in its batches": lambda batches: batches,
}
"""How the requests of a run are asked without it."""
SIMPLER = (
    "What is known?\nWhich numbers are there?\nWhat is asked?\nWhat is to be done with them?\n"
    "What comes of that?"
)
"""Read where the model was to take a question apart."""


@dataclass(frozen=True)
class Noted:
    """A model that notes what it is asked, and what it says."""

    inner: HuggingFace
    batches: list[Sequence[ModelRequest]] = field(default_factory=list)
    replies: list[ModelReply] = field(default_factory=list)

    @property
    def identity(self) -> dict[str, str]:
        """The inner model's."""
        return dict(self.inner.identity)

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Reply to every request."""
        replies = self.inner.answer(requests)
        self.batches.append(requests)
        self.replies.extend(replies)
        return [
            replace(completed(reply), text=SIMPLER) if TAKE_APART in request.text else reply
            for request, reply in zip(requests, replies, strict=True)
        ]

    def preview(self, prompt: Prompt) -> Preview:
        """Show a prompt as the inner model reads it."""
        return self.inner.preview(prompt)


@dataclass(frozen=True)
class Took:
    """Seconds of the clock, and of this process's CPU."""

    seconds: float
    cpu: float


def took(act: Callable[[], object]) -> Took:
    """Do something; say what it took."""
    before, cpu = time.perf_counter(), time.process_time()
    act()
    return Took(time.perf_counter() - before, time.process_time() - cpu)


def strategies(dataset: Dataset, tokens: int) -> dict[str, Strategy]:
    """The strategies of many steps, each step of at most so many tokens."""
    tools, sampling = {"calculator": Calculator().description}, Sampling(max_tokens=tokens)
    step, inner = Direct(Task(), sampling=sampling), Direct(dataset.task, sampling=sampling)
    return {
        "react": ReAct(dataset.task, tools, sampling=sampling),
        "least_to_most": LeastToMost(inner, step, sampling=sampling),
    }


def run(strategy: Strategy, dataset: Dataset, noted: Noted) -> list[str]:
    """Solve all questions side by side; return the answers."""
    route = Route({"model": noted}, {"calculator": Calculator()})
    programs = [strategy.solve(example.question, ()) for example in dataset.test]
    return [answer.text for answer in solve(parallel(programs), route)]


def compared(
    name: str, strategy: Strategy, dataset: Dataset, asked: HuggingFace, repetitions: int
) -> dict[str, object]:
    """Let the sides take turns; return what was measured."""
    took_by: dict[str, list[Took]] = {side: [] for side in ("a run", *WAYS)}
    noted, others, answers = Noted(asked), dict[str, Noted](), list[str]()
    for turn in range(repetitions):
        noted = Noted(fresh(asked))
        took_by["a run"].append(
            took(lambda noted=noted: answers.extend(run(strategy, dataset, noted)))
        )
        for way, divided in WAYS.items():
            others[way] = Noted(fresh(asked))
            took_by[way].append(
                took(partial(replayed, divided(noted.batches), others[way]))  # the same requests
            )
        say(f"  {turn + 1}/{repetitions} {name}: {[takes[-1] for takes in took_by.values()]}")
    last, right = answers[-len(dataset.test) :], gold(dataset.test)
    return {
        "strategy": name,
        "questions": len(dataset.test),
        "threads": torch_threads(),
        "requests": sum(map(len, noted.batches)),
        "batches": [len(batch) for batch in noted.batches],
        "prompt tokens": sum(reply.prompt_tokens for reply in noted.replies),
        "new tokens": sum(completed(reply).completion_tokens for reply in noted.replies),
        "right": sum(map(str.__eq__, last, right)) / len(right),
        "same replies": {way: same(noted.replies, other.replies) for way, other in others.items()},
        "seconds": {side: [each.seconds for each in takes] for side, takes in took_by.items()},
        "CPU seconds": {side: [each.cpu for each in takes] for side, takes in took_by.items()},
    }


def replayed(batches: Batches, noted: Noted) -> None:
    """Ask what was asked, batch by batch, and nobody else."""
    for batch in batches:
        noted.answer(batch)


def same(some: Sequence[ModelReply], others: Sequence[ModelReply]) -> int:
    """Count the requests of which two sides wrote the same, in as many tokens."""
    pairs = zip(map(completed, some), map(completed, others), strict=True)
    return sum(
        (one.text, one.completion_tokens) == (other.text, other.completion_tokens)
        for one, other in pairs
    )


def torch_threads() -> int:
    """How many threads the model computes with."""
    import torch  # noqa: PLC0415  after the threads are limited

    return torch.get_num_threads()


def line(found: dict[str, object]) -> str:
    """Write what was measured of a strategy in a line of the table."""
    seconds, cpu = median(found["seconds"]), median(found["CPU seconds"])
    way = min(WAYS, key=lambda each: seconds[each])
    batches: list[int] = found["batches"]  # type: ignore[assignment]
    agreeing: dict[str, int] = found["same replies"]  # type: ignore[assignment]
    every: list[float] = found["seconds"]["a run"]  # type: ignore[index]
    cells = [
        f"`{found['strategy']}`, {found['questions']} questions, threads: {found['threads']}",
        f"{seconds['a run']:.1f} ({', '.join(f'{each:.1f}' for each in every)})",
        *(f"{seconds[each]:.1f}" for each in WAYS),
        f"**{seconds['a run'] / seconds[way]:.2f}**",
        f"{cpu['a run'] / min(cpu[each] for each in WAYS):.2f}",
        f"{HOPED:g}",
        f"{found['requests']} in {len(batches)} batches",
        f"{found['prompt tokens']} asked, {found['new tokens']} written",
        ", ".join(str(count) for count in agreeing.values()),
    ]
    return "| " + " | ".join(cells) + " |"


def median(takes: object) -> dict[str, float]:
    """The median of each side."""
    return {side: statistics.median(each) for side, each in takes.items()}  # type: ignore[attr-defined]


def page(found: Sequence[dict[str, object]]) -> str:
    """Write the page of the results."""
    return "\n".join([(__doc__ or "").strip(), "", HEAD, *map(line, found), ""])


def main() -> None:
    """Compare each strategy's run with its requests alone."""
    options = parser(__doc__, repetitions=3)
    options.add_argument("--examples", type=int, default=100)
    options.add_argument("--tokens", type=int, default=24, help="most new tokens of a step")
    options.add_argument("--dtype", default="bfloat16")
    options.add_argument("--threads", type=int, default=THREADS)
    told = options.parse_args()
    limit_threads(told.threads)
    dataset, asked = sums(told.examples), model(told.dtype)
    found: list[dict[str, object]] = []
    for name, strategy in strategies(dataset, told.tokens).items():
        found.append(compared(name, strategy, dataset, asked, told.repetitions))
        keep("batching", page(found), {"machine": machine(), "found": found}, told.out)


if __name__ == "__main__":
    main()
