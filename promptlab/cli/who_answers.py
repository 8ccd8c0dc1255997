"""Who answers a winner's questions: the model that is named, or the one it was measured with."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlab.export.component import component
from promptlab.protocols import Model

LOCAL = ("promptlab.model.embedded", "promptlab.model.huggingface", "promptlab.model.scripted")
"""Models that a winner may name by itself: they send nothing to anybody."""
WITHIN = ("promptlab.model.price", "promptlab.model.demonstrations")
"""What such a model may have inside it."""
PLACE = "kept_folder"
"""Where such a model writes: whoever asks says that, and never a winner."""


def named(overrides: Sequence[str]) -> Model:
    """Make the model that overrides describe, as for a run."""
    model: Model = component(described(overrides), "model", Path(), trust=["promptlab.model"])
    return model


def described(overrides: Sequence[str]) -> dict[str, Any]:
    """Return the component tree of the model that overrides describe.

    Raises:
        ValueError: they are of something else, or no model is chosen.
    """
    from omegaconf import OmegaConf  # noqa: PLC0415  not of a light installation

    from promptlab.cli.config.compose import compose  # noqa: PLC0415  Hydra
    from promptlab.cli.config.overrides import rewrite_overrides  # noqa: PLC0415  likewise

    for word in overrides:
        if not word.startswith(("model=", "model.")):
            raise ValueError(f"{word}: expected one question, in quotation marks, and model=…")
    if not any(word.startswith("model=") for word in overrides):
        raise ValueError(f"{' '.join(overrides)}: expected model=… too, whose fields these are")
    model = compose(rewrite_overrides(overrides)).model
    tree: Any = OmegaConf.to_container(model, resolve=True, throw_on_missing=True)
    return dict(tree)


def measured_with(known: Mapping[str, Any]) -> Model:
    """Make the model that a prompt was measured with.

    A winner may be somebody else's: it names no server that a question, or a key, is sent to.

    Raises:
        ValueError: it is no model of this machine; says how it is named.
    """
    source = known.get("source") or {}
    target = str(source.get("_target_", ""))
    if target.rpartition(".")[0] in LOCAL and not source.get("trust_remote_code"):
        plain = {name: value for name, value in source.items() if name != PLACE}
        model: Model = component(plain, "model", Path(), trust=(*LOCAL, *WITHIN))
        return model
    name = known.get("identity", {}).get("name", "")
    raise ValueError(
        f"it was measured with {name or target}, which is no model of this machine; say who "
        f"answers: model=openai model.name={name or '…'} model.url={source.get('url', '…')}"
    )
