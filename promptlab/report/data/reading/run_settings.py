"""What a run was set to, by the names that a person calls it by: its data set, its model."""

from collections.abc import Mapping
from typing import Any

from promptlab.records.files import section
from promptlab.report.data.reading.factors import settings


def run_settings(result: Mapping[str, Any], dataset: str) -> dict[str, str]:
    """Return the settings of a finished run as texts.

    A stage that has a name goes by it, not by its class: `template` is `qa_v1`, and `model` is
    the model that answered.

    Args:
        result: Its `result.json`.
        dataset: The name of its data set.
    """
    told = settings(section(result, "config"))
    named = {key.removesuffix(".name"): told[key] for key in told if _is_name(key)}
    model = str(section(result, "model").get("name") or "")
    return {**told, **named, "dataset": dataset} | ({"model": model} if model else {})


def _is_name(key: str) -> bool:
    """Say whether a key is the name of a stage."""
    return key.count(".") == 1 and key.endswith(".name")
