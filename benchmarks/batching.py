"""Strategies of many steps: what a run takes beside its requests asked in one perfect batch.

    python benchmarks/batching.py

A hundred word problems, solved side by side; each step of a question waits for its last, so that
a run is as many batches as the longest question has steps. The other side is given all the requests
of that run at once, which no run could know, and answers them in one call: what the model needs for
these tokens. Hoped: at most 1.5 times as long. CPU seconds are this process's, which other work on
the machine moves less than the seconds of the clock. The calculator's time and ours are the run's.
Below 1 a run is quicker than the one call. Tokens are those of the prompts, as they were asked.

SmolLM2-135M takes nothing apart and calls no tool, so that every question is given all its steps:
what it writes to take one apart is computed, and read as five questions; a thought without an
action is told so, and goes on to the last step.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

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

HOPED = 1.5
HEAD = """\
| work | a run, s, median (all) | one perfect batch, s | ratio | of CPU s | at most | requests | tokens |
|---|---|---|---|---|---|---|---|"""  # noqa: E501
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
    """Let both sides take turns; return what was measured."""
    ours, perfect, noted, answers = list[Took](), list[Took](), Noted(asked), list[str]()
    for turn in range(repetitions):
        noted = Noted(fresh(asked))
        ours.append(took(lambda noted=noted: answers.extend(run(strategy, dataset, noted))))
        whole = [request for batch in noted.batches for request in batch]
        other = Noted(fresh(asked))
        perfect.append(took(lambda other=other, whole=whole: other.answer(whole)))
        say(f"  {turn + 1}/{repetitions} {name}: {ours[-1]}, {perfect[-1]}")
    last, right = answers[-len(dataset.test) :], gold(dataset.test)
    return {
        "strategy": name,
        "questions": len(dataset.test),
        "threads": torch_threads(),
        "requests": sum(map(len, noted.batches)),
        "batches": [len(batch) for batch in noted.batches],
        "prompt tokens": sum(reply.prompt_tokens for reply in noted.replies),
        "new tokens": sum(reply.completion_tokens for reply in noted.replies),
        "right": sum(map(str.__eq__, last, right)) / len(right),
        "seconds": [each.seconds for each in ours],
        "perfect seconds": [each.seconds for each in perfect],
        "CPU seconds": [each.cpu for each in ours],
        "perfect CPU seconds": [each.cpu for each in perfect],
    }


def torch_threads() -> int:
    """How many threads the model computes with."""
    import torch  # noqa: PLC0415  after the threads are limited

    return torch.get_num_threads()


def line(found: dict[str, object]) -> str:
    """Write what was measured of a strategy in a line of the table."""

    def of(key: str) -> tuple[float, str]:
        times: list[float] = found[key]  # type: ignore[assignment]
        return statistics.median(times), ", ".join(f"{each:.1f}" for each in times)

    (ours, all_ours), (perfect, all_perfect) = of("seconds"), of("perfect seconds")
    cpu = of("CPU seconds")[0] / of("perfect CPU seconds")[0]
    batches: list[int] = found["batches"]  # type: ignore[assignment]
    cells = [
        f"`{found['strategy']}`, {found['questions']} questions, threads: {found['threads']}",
        f"{ours:.1f} ({all_ours})",
        f"{perfect:.1f} ({all_perfect})",
        f"**{ours / perfect:.2f}**",
        f"{cpu:.2f}",
        f"{HOPED:g}",
        f"{found['requests']} in {len(batches)} batches",
        f"{found['prompt tokens']} asked, {found['new tokens']} written",
    ]
    return "| " + " | ".join(cells) + " |"


def page(found: Sequence[dict[str, object]]) -> str:
    """Write the page of the results."""
    return "\n".join([(__doc__ or "").strip(), "", HEAD, *map(line, found), ""])


def main() -> None:
    """Compare each strategy's run with its perfect batch."""
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
