"""Readings and calibrations of one prompt's log-probabilities: what each asks anew.

    python benchmarks/one_pass.py

The embedded model labels question types, four demonstrations by chance, the same for all. The
variants are asked one after another, with one store of completions: what an earlier one asked is
found there. Beside the requests that are new stand the tokens that the model reads for them; what
prompts share is read once. The first eleven read the same log-probabilities of the same answers,
and those of a few other questions; the last five read others, of the labels' first tokens, of the
premise, of texts of random words, of the whole prompt, of the question after each label.
"""

from collections.abc import Mapping
from dataclasses import replace

from materials import CLASSIFY, fresh, model
from sidebyside import HERE, keep, limit_threads, machine, parser, say

from promptlab import Choose, Jsonl
from promptlab.model.cache.cached_model import CachedModel
from promptlab.program import parallel, solve
from promptlab.protocols import Strategy
from promptlab.selection.random import Random
from promptlab.stages import prepared
from promptlab.strategy.calibration.abstaining import Abstaining
from promptlab.strategy.calibration.calibrated import Calibrated
from promptlab.types import Dataset

TYPES = HERE.parent / "datasets" / "question_types"


def variants(dataset: Dataset) -> Mapping[str, Strategy]:
    """All of them, the plainest first, and those that ask for something else last."""
    plain = Choose(dataset.task, CLASSIFY)
    token, character, byte = (
        replace(plain, normalise=each) for each in ("token", "character", "byte")
    )
    return {
        "logprob": plain,
        "logprob, a token": token,
        "logprob, a character": character,
        "logprob, a byte": byte,
        "none": Calibrated(plain, method="none"),
        "contextual": Calibrated(plain),
        "contextual, a token": Calibrated(token),
        "contextual, a character": Calibrated(character),
        "batch": Calibrated(plain, method="batch", samples=128),
        "prototypical": Calibrated(plain, method="prototypical", samples=128),
        "abstaining": Abstaining(dataset.task, plain, accuracy=0.9, samples=128),
        "first token": replace(plain, mode="first_token"),
        "pmi": replace(plain, mode="pmi"),
        "domain context": Calibrated(plain, method="domain_context", samples=128),
        "perplexity": replace(plain, mode="perplexity"),
        "channel": replace(plain, mode="channel"),
    }


def main() -> None:
    """Ask all of them, and keep what came out."""
    options = parser(__doc__)
    options.add_argument("--examples", type=int, default=189)
    given = options.parse_args()
    limit_threads()
    dataset = Jsonl(str(TYPES), limit=given.examples).load()
    demos = Random(4, seed=1).fit(dataset.pool)
    asked = CachedModel(fresh(model()), ":memory:")
    lines = ["| variant | requests | new | tokens read |", "|---|---|---|---|"]
    for name, strategy in variants(dataset).items():
        ready, before = prepared(strategy, dataset.pool), asked.counts
        program = parallel(
            ready.solve(example.question, demos(example.question)) for example in dataset.test
        )
        solve(program, asked)
        work = asked.counts - before
        lines.append(f"| {name} | {work.asked:,} | {work.computed:,} | {work.tokens_computed:,} |")
        say(lines[-1])
    page = "\n".join(lines) + "\n"
    keep("one_pass", f"{__doc__}\n{page}", {"machine": machine(), "lines": lines}, given.out)


if __name__ == "__main__":
    main()
