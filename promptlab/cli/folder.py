"""Where a run is kept: a folder named after what was asked, so that asking again finds it."""

import hashlib
import re
from collections.abc import Sequence

from omegaconf import OmegaConf

LONGEST = 96


def slug(overrides: Sequence[str]) -> str:
    """Name a folder after the overrides of a run: readable, short, and different for each.

    What says only where the run is kept does not count.
    """
    told = [str(override) for override in overrides if not str(override).startswith("hydra.")]
    mark = hashlib.sha256("\n".join(told).encode()).hexdigest()[:8]
    words = re.sub(r"[^\w=.,+-]+", "_", ",".join(told) or "default")
    return f"{words[:LONGEST].strip('_,.')}-{mark}"


def register() -> None:
    """Let the config say `${slug:…}`."""
    OmegaConf.register_new_resolver("slug", slug, replace=True)
