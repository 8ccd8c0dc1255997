"""A kNN sweep over k and orderings: demonstrations read jointly, on their own, at one place.

    python benchmarks/independent_demonstrations.py
    python benchmarks/independent_demonstrations.py --tokens

Each question of sst2 has demonstrations of its own, the nearest of a pool, 1, 2, 4 and 8 of them,
in three orders; the labels are scored in float32. Read on its own, a member of the pool is read
once for all questions, orders and k; jointly, with every prompt. Where all stand at one place, an
order is none, and the three are answered once. Each side begins with nothing read, and with an
empty store of completions. Seconds are those of the processor, of all threads together, so that
what else the machine does counts for little; `moving` is the part of them that goes into putting
keys and values side by side. With `--tokens` a model of one small layer stands in the place of
SmolLM2, with its tokenizer, and only tokens are counted.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from materials import asked_by, classification, folder, fresh, model
from sidebyside import (
    Comparison,
    Take,
    interleave,
    keep,
    limit_threads,
    machine,
    parser,
    report,
    say,
)
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from promptlab.cli.config.compose import build, compose
from promptlab.engine.demonstrations import kept, placing
from promptlab.engine.sharing import prefix_cache
from promptlab.model.cache.cached_model import CachedModel
from promptlab.model.demonstrations import Demonstrations, Independent, Joint
from promptlab.model.huggingface import HuggingFace
from promptlab.types import Dataset, Example, Score, Scores

KS = (1, 2, 4, 8)
ORDERINGS = ("similar_last", "similar_first", "shuffled")
BATCH = 32
WAYS: tuple[Demonstrations, ...] = (Independent(), Independent("parallel"), Joint())


def main() -> None:
    """Time the three ways of reading, in turns, on all variants."""
    options = parser(__doc__, repetitions=1)
    options.add_argument("--questions", type=int, default=200, help="test examples of a variant")
    options.add_argument("--pool", type=int, default=1000, help="members of the pool")
    options.add_argument("--tokens", action="store_true", help="count tokens; time nothing")
    told = options.parse_args()
    limit_threads()
    dataset = data(told.questions, told.pool)
    if told.tokens:
        _count(dataset, told.out)
        return
    requests = [one for k in KS for name in ORDERINGS for one in requests_of(dataset, k, name)]
    asked = model("float32")
    sides = {_name(how): partial(answered, asked, dataset, how) for how in WAYS}
    takes = interleave(sides, requests, repetitions=told.repetitions)
    gold = [example.answer for example in dataset.test] * (len(requests) // len(dataset.test))
    work = f"the sweep: {len(dataset.test)} questions, {len(requests):,} prompts"
    compared = Comparison(work, takes, gold, 3)
    report("independent_demonstrations", __doc__ or "", [compared], told.out)


def _count(dataset: Dataset, out: Path) -> None:
    """Count the tokens of the sweep, by k and altogether."""
    counts: dict[str, dict[str, int]] = {}
    with TemporaryDirectory() as place:
        asked = _small(place)
        for ks in (*((k,) for k in KS), KS):
            work = [one for k in ks for name in ORDERINGS for one in requests_of(dataset, k, name)]
            name = f"k = {', '.join(map(str, ks))}"
            takes = {_name(how): answered(asked, dataset, how, work) for how in WAYS}
            counts[name] = {side: int(take.notes["tokens"]) for side, take in takes.items()}
            say(f"  {name}: {counts[name]}")
    lines = [
        "| three orders | at one place | each on its own | jointly | times fewer |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {place:,} | {apart:,} | {jointly:,} "
        f"| **{jointly / place:.2f}**, **{jointly / apart:.2f}** |"
        for name, (apart, place, jointly) in (
            (name, tuple(some.values())) for name, some in counts.items()
        )
    ]
    about = (
        f"Tokens computed for {len(dataset.test)} questions and a pool of {len(dataset.pool):,}:"
    )
    page = "\n\n".join([(__doc__ or "").strip(), about, "\n".join(lines)]) + "\n"
    record = {"name": "independent_demonstrations_tokens", "machine": machine(), "tokens": counts}
    keep("independent_demonstrations_tokens", page, record, out)


def _small(place: str) -> HuggingFace:
    """A model of one small layer that reads the same tokens."""
    AutoTokenizer.from_pretrained(folder()).save_pretrained(place)
    shape = AutoConfig.from_pretrained(folder())
    shape.hidden_size, shape.intermediate_size, shape.num_hidden_layers = 32, 32, 1
    shape.num_attention_heads, shape.num_key_value_heads, shape.head_dim = 2, 1, 16
    AutoModelForCausalLM.from_config(shape).save_pretrained(place)
    return HuggingFace(place, dtype="float32", device="cpu")


def _name(how: Demonstrations) -> str:
    if how.parallel:
        return "at one place"
    return "each on its own" if how.apart else "jointly"


def data(questions: int, pool: int) -> Dataset:
    """Some questions of sst2, and some of its training examples."""
    whole = classification(questions)
    members: Sequence[Example] = random.Random(0).sample(whole.pool, min(pool, len(whole.pool)))
    return replace(whole, pool=tuple(members))


def requests_of(dataset: Dataset, k: int, ordering: str) -> list[Score]:
    """What a variant asks, one request a question; nobody is asked yet."""
    told = ["experiment=sst2_demonstrations", "dataset=question_types", "selection=knn"]
    made = build(compose([*told, f"k={k}", f"ordering={ordering}", "tracking=none"]))
    strategy: Any = replace(made.strategy, task=dataset.task)  # type: ignore[type-var]
    return asked_by(replace(made, dataset=dataset, strategy=strategy))[0]


def answered(
    asked: HuggingFace, dataset: Dataset, how: Demonstrations, requests: Sequence[Score]
) -> Take:
    """Score some requests, a batch at a time, with nothing read before."""
    kept.kept_by.cache_clear()
    reader, moving = fresh(replace(asked, demonstrations=how)), _Watched()
    stored = CachedModel(reader, ":memory:")
    before = reader.counts.tokens_computed or 0
    batches = [requests[start : start + BATCH] for start in range(0, len(requests), BATCH)]
    with mock.patch.object(prefix_cache, "place", moving):
        started = time.process_time()
        replies = [reply for some in batches for reply in stored.answer(some)]
        seconds = time.process_time() - started
    told: list[Scores] = [reply for reply in replies if isinstance(reply, Scores)]
    labels = [dataset.task.labels[each.logprobs.index(max(each.logprobs))] for each in told]
    notes = {"tokens": str((reader.counts.tokens_computed or 0) - before)}
    if how.apart:
        notes["moving"] = f"{moving.seconds / seconds:.1%}"
    return Take(seconds, labels, notes)


class _Watched:
    """Puts demonstrations side by side, and says what that took."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._place = placing.place

    def __call__(self, held: kept.Kept, beginning: Any) -> Any:
        before = held.tokens
        started = time.process_time()
        made = self._place(held, beginning)
        # What had to be read for it is reading.
        self.seconds += 0.0 if held.tokens > before else time.process_time() - started
        return made


if __name__ == "__main__":
    main()
