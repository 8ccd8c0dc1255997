"""A selection that is to rank passages, and those that it chooses among, with the retrieval's k."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from promptlab.protocols import Selection


def resized(search: Selection, k: int) -> Selection:
    """Return a selection, and each within it, that wants `k` members; at most its `candidates`.

    What is no dataclass is returned as it is.
    """
    if not is_dataclass(search):
        return search
    anew = {
        field.name: _resized(field.name, getattr(search, field.name), k)
        for field in fields(search)
        if field.init
    }
    if "k" in anew:
        anew["k"] = min(k, anew.get("candidates", k))
    return cast("Selection", replace(cast("Any", search), **anew))


def _resized(name: str, value: Any, k: int) -> Any:
    if name == "inners" and isinstance(value, Mapping):
        return {key: resized(inner, k) for key, inner in value.items()}
    return resized(value, k) if name == "inner" and hasattr(value, "fit") else value
