"""What a light installation leaves out, said with what to type where it is missed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

KNN, LOCAL, METRICS, TRAIN, ALL = "knn", "local", "metrics", "train", "all"
RETRIEVAL, PROGRAMS, PLANNING, MILVUS = "retrieval", "programs", "planning", "milvus"
EXTRAS: Mapping[str, str] = {
    "faiss": KNN,
    "sentence_transformers": KNN,
    "sklearn": KNN,
    "threadpoolctl": KNN,
    "huggingface_hub": KNN,
    "torch": LOCAL,
    "transformers": LOCAL,
    "tokenizers": LOCAL,
    "gguf": LOCAL,
    "math_verify": METRICS,
    "rouge_score": METRICS,
    "sacrebleu": METRICS,
    "accelerate": TRAIN,
    "datasets": TRAIN,
    "ir_measures": RETRIEVAL,
    "lxml": RETRIEVAL,
    "pydantic_monty": PROGRAMS,
    "pymilvus": MILVUS,
    "pypdf": RETRIEVAL,
    "unified_planning": PLANNING,
    "up_aries": PLANNING,
}
"""The smallest extra that brings a package."""


@contextmanager
def installed() -> Iterator[None]:
    """Say of a package that is missing which extra brings it.

    Raises:
        ModuleNotFoundError: with that message.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if not error.name:  # it says itself what to do
            raise
        raise ModuleNotFoundError(missing(error.name), name=error.name) from error


def missing(name: str) -> str:
    """Say what to type where a package is missing."""
    package = name.partition(".")[0]
    extra = EXTRAS.get(package, ALL)
    return f'{package} is not installed, and this needs it: pip install "promptlab[{extra}]"'
