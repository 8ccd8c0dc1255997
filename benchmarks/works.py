"""The work of each benchmark that asks the model, a small part of it: for `limits.py`."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import batching
import independent_demonstrations as apart
import structured_answers
from materials import chains, classification, labelling, sums

from promptlab import HuggingFace
from promptlab.model.demonstrations import Independent
from promptlab.protocols import Selection
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.random import Random
from promptlab.types import Generate, Sampling

Work: TypeAlias = Callable[[HuggingFace], object]
"""Done by a model that has read nothing yet."""


def works(examples: int, tokens: int) -> dict[str, Work]:
    """Every benchmark's work, by what it is and the benchmark's name; nothing is asked yet."""
    problems, swept = sums(examples), apart.data(examples, 200)
    some = chains(problems, BM25(4), tokens)
    same = chains(problems, Random(4), tokens)
    drawn = Sampling(temperature=0.7, max_tokens=tokens)
    forms = structured_answers.work(examples)
    steps = batching.strategies(problems, 24)
    requests = [one for name in apart.ORDERINGS for one in apart.requests_of(swept, 8, name)]
    return {
        "labels, fixed demonstrations (`fixed_demonstrations.py`)": labels(examples, Random(8, 1)),
        "labels, BM25 demonstrations (`bm25_lm_eval.py`)": labels(examples, BM25(8)),
        "chains, BM25 demonstrations (`chains_of_thought.py`)": at_once(some),
        "chains, fixed demonstrations (`chains_of_thought.py`)": at_once(same),
        "40 draws of a chain (`draws.py`)": at_once(draws(same[0], drawn, 40)),
        "JSON that is held to its form (`structured_answers.py`)": at_once(forms[0].requests),
        "ReAct, all steps (`batching.py`)": lambda asked: batching.run(
            steps["react"], problems, batching.Noted(asked)
        ),
        "least to most, all steps (`batching.py`)": lambda asked: batching.run(
            steps["least_to_most"], problems, batching.Noted(asked)
        ),
        "kNN, each demonstration on its own (`independent_demonstrations.py`)": lambda asked: (
            apart.answered(asked, swept, Independent(), requests)
        ),
    }


def labels(examples: int, selection: Selection) -> Work:
    """Label examples of sst2 in one run."""
    dataset = classification(examples)

    def run(asked: HuggingFace) -> object:
        with tempfile.TemporaryDirectory() as out:
            return labelling(dataset, selection, asked, Path(out))(list[object]().extend)

    return run


def at_once(requests: Sequence[Generate]) -> Work:
    """Answer all requests in one call."""
    return lambda asked: asked.answer(requests)


def draws(request: Generate, sampling: Sampling, count: int) -> list[Generate]:
    """So many draws of one request."""
    return [replace(request, sampling=replace(sampling, draw=draw)) for draw in range(count)]
