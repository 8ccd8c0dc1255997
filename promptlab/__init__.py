"""promptlab: compose a prompt strategy, run it on a model, see which differences are real.

    from promptlab import BM25, ChainOfThought, Embedded, Task, solve

    retrieve = BM25(k=4).fit(pool)
    strategy = ChainOfThought(Task(answer="number"))
    answer = solve(strategy.solve(question, retrieve(question)), Embedded())

Every public name is listed here, and its module is imported when the name is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from promptlab.analysis.racing.race import race as race
    from promptlab.data.csv import Csv as Csv
    from promptlab.data.jsonl import Jsonl as Jsonl
    from promptlab.data.parquet import Parquet as Parquet
    from promptlab.encoder.sentence_transformer import (
        SentenceTransformerEncoder as SentenceTransformerEncoder,
    )
    from promptlab.experiment import Experiment as Experiment
    from promptlab.extract import Extract as Extract
    from promptlab.extract import read as read
    from promptlab.extract import same as same
    from promptlab.metric.accuracy import Accuracy as Accuracy
    from promptlab.model.cache.cached_model import CachedModel as CachedModel
    from promptlab.model.embedded import Embedded as Embedded
    from promptlab.model.huggingface import HuggingFace as HuggingFace
    from promptlab.model.replay import Replay as Replay
    from promptlab.model.scripted import Scripted as Scripted
    from promptlab.model.server.openai import OpenAI as OpenAI
    from promptlab.ordering.as_selected import AsSelected as AsSelected
    from promptlab.ordering.by_label import ByLabel as ByLabel
    from promptlab.ordering.longest_first import LongestFirst as LongestFirst
    from promptlab.ordering.shortest_first import ShortestFirst as ShortestFirst
    from promptlab.ordering.shuffled import Shuffled as Shuffled
    from promptlab.ordering.similar_first import SimilarFirst as SimilarFirst
    from promptlab.ordering.similar_last import SimilarLast as SimilarLast
    from promptlab.program import generate as generate
    from promptlab.program import parallel as parallel
    from promptlab.program import recorded as recorded
    from promptlab.program import redraw as redraw
    from promptlab.program import score as score
    from promptlab.program import solve as solve
    from promptlab.program import solve_async as solve_async
    from promptlab.report.compared import compare as compare
    from promptlab.selection.balanced import Balanced as Balanced
    from promptlab.selection.bm25 import BM25 as BM25
    from promptlab.selection.cluster import Cluster as Cluster
    from promptlab.selection.first import First as First
    from promptlab.selection.knn import KNN as KNN
    from promptlab.selection.random import Random as Random
    from promptlab.selection.zero import Zero as Zero
    from promptlab.strategy.adaptive_consistency import AdaptiveConsistency as AdaptiveConsistency
    from promptlab.strategy.auto_cot import AutoCoT as AutoCoT
    from promptlab.strategy.choose import Choose as Choose
    from promptlab.strategy.cot import ChainOfThought as ChainOfThought
    from promptlab.strategy.direct import Direct as Direct
    from promptlab.strategy.dspy_program import DSPyProgram as DSPyProgram
    from promptlab.strategy.esc import ESC as ESC
    from promptlab.strategy.self_consistency import SelfConsistency as SelfConsistency
    from promptlab.strategy.zero_shot_cot import ZeroShotCoT as ZeroShotCoT
    from promptlab.template import Template as Template
    from promptlab.types import Answer as Answer
    from promptlab.types import Completion as Completion
    from promptlab.types import Dataset as Dataset
    from promptlab.types import Example as Example
    from promptlab.types import Exchange as Exchange
    from promptlab.types import Generate as Generate
    from promptlab.types import Message as Message
    from promptlab.types import Prompt as Prompt
    from promptlab.types import Question as Question
    from promptlab.types import Sampling as Sampling
    from promptlab.types import Score as Score
    from promptlab.types import Scores as Scores
    from promptlab.types import Task as Task
    from promptlab.types import Trial as Trial

HOME = {
    "promptlab.data.csv": ("Csv",),
    "promptlab.data.jsonl": ("Jsonl",),
    "promptlab.data.parquet": ("Parquet",),
    "promptlab.encoder.sentence_transformer": ("SentenceTransformerEncoder",),
    "promptlab.experiment": ("Experiment",),
    "promptlab.extract": ("Extract", "read", "same"),
    "promptlab.metric.accuracy": ("Accuracy",),
    "promptlab.model.embedded": ("Embedded",),
    "promptlab.model.huggingface": ("HuggingFace",),
    "promptlab.model.server.openai": ("OpenAI",),
    "promptlab.model.replay": ("Replay",),
    "promptlab.model.scripted": ("Scripted",),
    "promptlab.model.cache.cached_model": ("CachedModel",),
    "promptlab.ordering.as_selected": ("AsSelected",),
    "promptlab.ordering.by_label": ("ByLabel",),
    "promptlab.ordering.longest_first": ("LongestFirst",),
    "promptlab.ordering.shortest_first": ("ShortestFirst",),
    "promptlab.ordering.shuffled": ("Shuffled",),
    "promptlab.ordering.similar_first": ("SimilarFirst",),
    "promptlab.ordering.similar_last": ("SimilarLast",),
    "promptlab.program": (
        *("generate", "parallel", "recorded", "redraw", "score", "solve", "solve_async"),
    ),
    "promptlab.analysis.racing.race": ("race",),
    "promptlab.report.compared": ("compare",),
    "promptlab.selection.balanced": ("Balanced",),
    "promptlab.selection.bm25": ("BM25",),
    "promptlab.selection.cluster": ("Cluster",),
    "promptlab.selection.first": ("First",),
    "promptlab.selection.knn": ("KNN",),
    "promptlab.selection.random": ("Random",),
    "promptlab.selection.zero": ("Zero",),
    "promptlab.strategy.adaptive_consistency": ("AdaptiveConsistency",),
    "promptlab.strategy.auto_cot": ("AutoCoT",),
    "promptlab.strategy.choose": ("Choose",),
    "promptlab.strategy.cot": ("ChainOfThought",),
    "promptlab.strategy.direct": ("Direct",),
    "promptlab.strategy.dspy_program": ("DSPyProgram",),
    "promptlab.strategy.esc": ("ESC",),
    "promptlab.strategy.self_consistency": ("SelfConsistency",),
    "promptlab.strategy.zero_shot_cot": ("ZeroShotCoT",),
    "promptlab.template": ("Template",),
    "promptlab.types": (
        *("Answer", "Completion", "Dataset", "Example", "Exchange", "Generate", "Message"),
        *("Prompt", "Question", "Sampling", "Score", "Scores", "Task", "Trial"),
    ),
}
"""Which module each public name is imported from when it is first used."""

_MODULE = {name: module for module, names in HOME.items() for name in names}

__all__ = sorted(_MODULE)  # noqa: PLE0605  one list is enough


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used (PEP 562)."""
    if name not in _MODULE:
        raise AttributeError(f"module 'promptlab' has no attribute {name!r}")
    value = getattr(import_module(_MODULE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE})
