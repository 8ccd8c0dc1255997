"""Cross-encoders: how well two texts go together, read as one.

Nogueira and Cho, Passage Re-ranking with BERT (2019); sentence-transformers' `CrossEncoder`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from promptlab.encoder.folder import model_folder, own_content
from promptlab.machine.quiet import quiet_bitsandbytes, quiet_transformers
from promptlab.machine.turns import in_turn

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class CrossEncoder:
    """Score pairs of texts with any sentence-transformers cross-encoder.

    Attributes:
        name: A name on the Hugging Face hub, or the folder of a model.
        revision: Branch, tag or commit on the hub.
        device: `cpu`, `cuda`, …; by default the fastest available.
        batch_size: Pairs scored at once.
    """

    name: str = "cross-encoder/ms-marco-MiniLM-L6-v2"
    revision: str | None = None
    device: str | None = None
    batch_size: int = 32

    def __post_init__(self) -> None:
        """Check that a batch holds at least one pair."""
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}; expected at least 1")

    @property
    def on_disk(self) -> str:
        """Names the content of the folder that `name` is; empty where it is no folder."""
        return own_content(self.name)

    @in_turn
    def scores(self, text: str, others: Sequence[str]) -> "NDArray[np.float64]":
        """Score a text with each of the others, shape (others,); higher is better.

        Raises:
            ValueError: the model gives more than one score for a pair.
        """
        model = _load(str(model_folder(self.name, self.revision)), self.device)
        found = model.predict(
            [(text, other) for other in others],
            batch_size=self.batch_size,
            show_progress_bar=False,
        )
        scores = np.asarray(found, dtype=np.float64)
        if scores.shape != (len(others),):
            raise ValueError(
                f"the cross-encoder {self.name!r} gives scores of shape {scores.shape} for "
                f"{len(others)} pairs; expected one for each: a model that was trained to rank"
            )
        return scores


@lru_cache(maxsize=2)
def _load(folder: str, device: str | None) -> Any:
    """Load a model once for all who name it."""
    quiet_bitsandbytes()
    from sentence_transformers import CrossEncoder as Model  # noqa: PLC0415  seconds

    with quiet_transformers():
        return Model(folder, device=device)
