"""A selection that is to rank passages, and those that it chooses among, with the retrieval's k."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

from promptlab.protocols import Selection


def resized(search: Any, k: int) -> Selection:
    """Return a selection, and each within it, that wants `k` members; at most its `candidates`.

    What is no dataclass is returned as it is.
    """
    if not is_dataclass(search) or isinstance(search, type):
        return cast("Selection", search)
    names = [field.name for field in fields(search) if field.init]
    anew: dict[str, Any] = {name: _resized(name, getattr(search, name), k) for name in names}
    if "k" in anew:
        anew["k"] = min(k, anew.get("candidates", k))
    return cast("Selection", replace(search, **anew))


def _resized(name: str, value: Any, k: int) -> Any:
    if name == "inners" and isinstance(value, Mapping):
        return {key: resized(inner, k) for key, inner in value.items()}
    return resized(value, k) if name == "inner" and hasattr(value, "fit") else value
