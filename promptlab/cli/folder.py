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


def sweep_name(command: Sequence[str]) -> str:
    """Name a sweep after its experiment: the same command, the same name."""
    overrides = [word for word in command if not word.startswith("-")]
    named = [word.partition("=")[2] for word in overrides if word.startswith("experiment=")]
    mark = hashlib.sha256("\n".join(overrides).encode()).hexdigest()[:6]
    return f"{named[0] if named else 'sweep'}-{mark}"


def register() -> None:
    """Let the config say `${slug:…}`."""
    OmegaConf.register_new_resolver("slug", slug, replace=True)
