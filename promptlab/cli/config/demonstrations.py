"""Whether the demonstrations of a config can be read each on its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from promptlab.cli.config.prompt import TARGET
from promptlab.model.demonstrations import Joint

JOINT = f"{Joint.__module__}.{Joint.__name__}"
DSPY = "promptlab.strategy.dspy_program."
"""Where strategies are that have their demonstrations written elsewhere."""


def check_demonstrations(config: Mapping[str, Any]) -> None:
    """Refuse demonstrations that are read apart where nothing could read them so.

    Raises:
        ValueError: the model keeps no keys and values of ours, or the prompt does not say where its
            demonstrations begin.
    """
    wanted = config["demonstrations"]["_target_"]
    if wanted == JOINT:
        return
    name, model = str(wanted).rpartition(".")[2].lower(), config["model"]
    if "demonstrations" not in model:
        raise ValueError(
            f"demonstrations={name}: {model['_target_']} is given texts and not keys and values, "
            "so it cannot read demonstrations each on its own; expected model=smollm2, gemma3, "
            "gguf or hf, or demonstrations=joint"
        )
    if config["template"]["_target_"] == TARGET:
        raise ValueError(
            f"demonstrations={name}: the prompt is a file, which does not say where its "
            "demonstrations begin and end; expected template=…, or demonstrations=joint"
        )
    if any(target.startswith(DSPY) for target in _targets(config["strategy"])):
        raise ValueError(
            f"demonstrations={name}: DSPy writes its demonstrations itself; expected another "
            "strategy, or demonstrations=joint"
        )


def _targets(node: Any) -> Iterator[str]:
    """List what plain data would be made into, part by part."""
    if isinstance(node, Mapping):
        yield from [str(node["_target_"])] if "_target_" in node else []
        for part in node.values():
            yield from _targets(part)
    elif isinstance(node, list):
        for part in node:
            yield from _targets(part)
