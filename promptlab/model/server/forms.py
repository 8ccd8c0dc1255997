"""How a server is told what a reply must be: OpenAI has words for JSON, vLLM for every form."""

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from promptlab.chat import response_format
from promptlab.types import Form

Structured = Literal["response_format", "vllm", "none"]


def fields(form: Form, way: Structured) -> dict[str, Any]:
    """The fields of a request's body that say the form; none where the server has no words for it.

    `response_format` is OpenAI's, and of most servers; `vllm` is vLLM's `structured_outputs`, since
    its version 0.12.
    """
    if way == "vllm":
        return {"structured_outputs": structured(form)}
    return {} if way == "none" else response_format(form)


def structured(form: Form) -> Mapping[str, Any]:
    """The form in vLLM's words; JSON comes without its lead, which is blank."""
    if form.kind == "json":
        return {"json": json.loads(form.text)}
    if form.kind == "choice":
        return {"choice": [form.lead + option for option in form.options]}
    # `re.escape` would escape a blank too, which not every library reads.
    lead = re.sub(r"([^\w\s])", r"\\\1", form.lead)
    return {"regex": f"{lead}(?:{form.text})"}


def warn_of_free(forms: Iterable[Form | None], way: Structured, server: str) -> None:
    """Say, once for a server, that nobody holds its replies to the form."""
    kinds = {form.kind for form in forms if form is not None and not fields(form, way)}
    for kind in sorted(kinds):
        _warn(kind, server)


@lru_cache(maxsize=256)
def _warn(kind: str, server: str) -> None:
    warnings.warn(
        f"{server} is not told what a reply must be (output={kind}): the answer is read off free "
        "replies; model.structured=response_format tells it of JSON, and model.structured=vllm of "
        "every form, where the server is vLLM",
        stacklevel=2,
    )
