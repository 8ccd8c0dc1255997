"""The page's templates: data is escaped in them, and shown by `promptlab/text/escaping.py`."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from promptlab.report import number_format
from promptlab.report.data.views.seeds import EXPLAINED, HEAD, deviation, each_seed
from promptlab.report.data.views.side_by_side import completion, end_cut
from promptlab.text.escaping import visible

_FILTERS = ("capital", "count", "interval", "money", "percent", "points", "pvalue", "seconds")


@cache
def templates() -> Environment:
    """Return the environment that the templates of this folder are read in."""
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(own),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {name: getattr(number_format, name) for name in _FILTERS}
    environment.filters |= {"completion": completion, "end_cut": end_cut, "seen": seen}
    environment.filters |= {"deviation": deviation, "each_seed": each_seed}
    environment.globals["UNKNOWN"] = number_format.UNKNOWN
    environment.globals["SEEDS"] = (HEAD, EXPLAINED)
    # Scripts read data as it stands; `tojson` lets nothing in it end their element.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


def rendered(template: Template, **data: Any) -> str:
    """Render a template; invisible characters of the data are written out."""
    return visible(template.render(**data))


def own(name: str) -> str:
    """Read a file of this folder."""
    return (files("promptlab.report.html") / name).read_text("utf-8")


def seen(data: Any) -> Any:
    """Write out invisible characters in the data that scripts read."""
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, Mapping):
        return {key: seen(value) for key, value in data.items()}
    return [seen(each) for each in data] if isinstance(data, (list, tuple)) else data
