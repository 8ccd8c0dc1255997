"""What part of a run selection takes: hoped, under 2 %.

    python benchmarks/selection_share.py

A run of the shipped question types: every question is shown four members of the pool and labelled
by the embedded model, with an empty store. Seconds are the processor's: of fitting the selection
and of choosing for every question, against the whole run, weights loaded. `again` is a second such
run: the pool's and the questions' embeddings are kept, nothing else is.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from materials import fresh, model
from sidebyside import keep, limit_threads, machine, parser, say

from promptlab import Experiment
from promptlab.cli.config.compose import build, compose
from promptlab.program import lifted, solve
from promptlab.route import Route

SELECTIONS = (
    *("random", "balanced", "bm25", "tfidf", "ngram_overlap", "knn", "mmr", "dpp"),
    *("facility_location", "k_center", "cluster", "vote_k", "fused"),
)


@dataclass(frozen=True)
class Share:
    """Seconds of one run, of the processor."""

    selection: str
    fitting: float
    choosing: float
    whole: float
    again: bool

    @property
    def part(self) -> float:
        """The share of the run that chooses."""
        return (self.fitting + self.choosing) / self.whole


def composed(selection: str, questions: int) -> Experiment:
    """The experiment, made anew: it has fitted and encoded nothing."""
    words = ["dataset=question_types", "template=classify_v1", "strategy=choose", "k=4"]
    words += [f"selection={selection}", f"dataset.limit={questions}", "tracking=none"]
    return build(compose(words))


def chosen(selection: str, questions: int) -> tuple[float, float]:
    """Seconds of fitting, and of choosing for all questions, side by side as a run asks."""
    made, nobody = composed(selection, questions), Route({})
    examples = [example.question for example in made.dataset.test]
    started = time.process_time()
    select = made.fitted().select
    fitted = time.process_time()
    for start in range(0, len(examples), made.batch):
        some = examples[start : start + made.batch]
        if prepare := getattr(select, "ahead", None):
            prepare(some)
        for question in some:
            solve(lifted(select(question)), nobody)
    return fitted - started, time.process_time() - fitted


def whole(selection: str, questions: int) -> float:
    """Seconds of a whole run."""
    asked = fresh(model())
    with tempfile.TemporaryDirectory() as folder:
        made = replace(composed(selection, questions), model=asked, folder=Path(folder))
        started = time.process_time()
        made()
        return time.process_time() - started


def measured(selection: str, questions: int) -> list[Share]:
    """A first run in an empty cache, and another."""
    found = []
    with tempfile.TemporaryDirectory() as cache:
        for again in (False, True):
            os.environ["PROMPTLAB_CACHE"] = str(Path(cache) / "choosing")
            fitting, choosing = chosen(selection, questions)
            os.environ["PROMPTLAB_CACHE"] = str(Path(cache) / "whole")
            found.append(Share(selection, fitting, choosing, whole(selection, questions), again))
            say(f"  {selection}: {found[-1].part:.1%}")
    return found


def main() -> None:
    """Measure every selection that asks no model."""
    options = parser(__doc__)
    options.add_argument("--questions", type=int, default=100)
    options.add_argument("--selections", nargs="+", default=SELECTIONS)
    told = options.parse_args()
    limit_threads(1)
    measured("knn", 2)  # loads what is loaded once
    found = [share for name in told.selections for share in measured(name, told.questions)]
    record = {"machine": machine(), "shares": [asdict(share) for share in found]}
    keep("selection_share", _page(found), record, told.out)


def _page(found: Sequence[Share]) -> str:
    lines = [
        "| selection | | fitting, s | choosing, s | whole run, s | part |",
        "|---|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {share.selection} | {'again' if share.again else 'first'} | {share.fitting:.2f} | "
        f"{share.choosing:.2f} | {share.whole:.1f} | {share.part:.1%} |"
        for share in found
    ]
    return "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"


if __name__ == "__main__":
    main()
