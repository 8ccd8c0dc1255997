"""What a run spends outside the model's forward passes: hoped, under 8 %.

    python benchmarks/overhead.py

Whole runs in one process, from examples in memory to the records on the disk: selection, prompts,
tokens, sampling, caches, extraction, metrics. Weights are loaded before. Each work is done without
a store of completions, and with an empty one (`cache=on`, as is the default) that everything is
looked up in and written to. The head is the last product, from hidden states to logits or
log-probabilities, which the engine computes in the model's place.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from forwards import Watch, watched
from materials import classification, fresh, labelling, model, sums
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab import (
    BM25,
    Accuracy,
    CachedModel,
    ChainOfThought,
    Experiment,
    HuggingFace,
    Random,
    Sampling,
    SelfConsistency,
)
from promptlab.ordering.as_selected import AsSelected
from promptlab.protocols import Model, Strategy


@dataclass(frozen=True)
class Spent:
    """One run: seconds of all of it, of the model's layers and of its head; passes, tokens."""

    whole: float
    layers: float
    head: float
    passes: int
    tokens: int

    @property
    def outside(self) -> float:
        """The share of the run that is not the model's."""
        return 1 - (self.layers + self.head) / self.whole


def works(asked: Model, labels: int, chains: int) -> Iterator[tuple[str, Experiment]]:
    """Yield kinds of runs, with folders of their own to be given."""
    nowhere, data = Path(), classification(labels)
    yield f"{labels} labels, fixed", labelling(data, Random(8), asked, nowhere)
    yield f"{labels} labels, BM25", labelling(data, BM25(8), asked, nowhere)
    yield f"{chains} greedy chains, BM25", reasoning(chains, asked, samples=1)
    yield f"{chains // 5} × 10 sampled chains", reasoning(chains // 5, asked, samples=10)


def reasoning(count: int, asked: Model, samples: int) -> Experiment:
    """The experiment that answers word problems by chain of thought, or by a vote of several."""
    data = sums(count)
    strategy: Strategy = ChainOfThought(data.task, sampling=Sampling(max_tokens=128))
    if samples > 1:
        strategy = SelfConsistency(strategy, samples)
    metric = {"accuracy": Accuracy(data.task)}
    return Experiment(data, BM25(8), AsSelected(), strategy, asked, metric)


def spent(experiment: Experiment, asked: HuggingFace, watch: Watch, *, store: bool) -> Spent:
    """Run once, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        own: Model = fresh(asked)
        if store:
            own = CachedModel(own, str(Path(folder, "completions.db")))
        run = replace(experiment, model=own, folder=Path(folder))
        watch.reset()
        start = time.perf_counter()
        run()
        whole = time.perf_counter() - start
        return Spent(whole, watch.seconds, watch.head, watch.passes, watch.tokens)


def line(name: str, store: str, runs: list[Spent]) -> str:
    """Write the medians of some runs."""
    whole, layers, head, outside = (
        statistics.median(getattr(run, field) for run in runs)
        for field in ("whole", "layers", "head", "outside")
    )
    every = ", ".join(f"{100 * run.outside:.1f}" for run in runs)
    return (
        f"| {name} | {store} | {whole:.2f} | {layers:.2f} | {head:.2f} "
        f"| **{100 * outside:.1f} %** ({every}) | {runs[0].passes} | {runs[0].tokens} |"
    )


def main() -> None:
    """Run every kind of work with and without a store, taking turns."""
    options = parser(__doc__)
    options.add_argument("--labels", type=int, default=100)
    options.add_argument("--chains", type=int, default=30)
    options.add_argument("--dtype", default="bfloat16")
    told = options.parse_args()
    limit_threads()
    lines = [
        "| run | store | seconds | in the layers | in the head | outside (all) | passes | tokens |",
        "|---|---|---|---|---|---|---|---|",
    ]
    record = {}
    with watched() as watch:
        asked: HuggingFace = model(told.dtype)
        for name, experiment in works(asked, told.labels, told.chains):
            few = replace(experiment.dataset, test=experiment.dataset.test[:2])
            spent(replace(experiment, dataset=few), asked, watch, store=True)
            runs: dict[str, list[Spent]] = {"off": [], "empty": []}
            for _ in range(told.repetitions):
                runs["off"].append(spent(experiment, asked, watch, store=False))
                runs["empty"].append(spent(experiment, asked, watch, store=True))
            for store, done in runs.items():
                lines.append(line(name, store, done))
                record[f"{name}, store {store}"] = [asdict(run) for run in done]
                say(lines[-1])
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep("overhead", page, {"name": "overhead", "machine": machine(), "runs": record}, told.out)


if __name__ == "__main__":
    main()
