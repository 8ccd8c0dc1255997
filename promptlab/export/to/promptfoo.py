"""A promptfoo configuration: the prompt, how it is drawn, and the run's questions as its tests."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlab.export.to.openai import drawn, left_out, model
from promptlab.export.to.plain import plain
from promptlab.export.verify import Asked
from promptlab.export.winner import Winner
from promptlab.types import Question

OPENING = re.compile(r"\{(?=[{%#])")


def write(winner: Winner, trials: Sequence[Asked], out: Path) -> list[str]:
    """Write the configuration; return what it leaves out."""
    import yaml  # noqa: PLC0415  not of a light installation

    prompt = plain(winner, trials)
    is_text = prompt.messages[0].role == "text"
    messages = prompt.written(lambda name: f"{{{{ {name} }}}}", literal)
    raw = messages[0]["content"] if is_text else json.dumps(messages, ensure_ascii=False)
    config = {
        "description": str(winner.about["name"]),
        "prompts": [{"label": str(winner.about["name"]), "raw": raw}],
        "providers": [_provider(winner, drawn(prompt.sampling))],
        "tests": [{"vars": _vars(question)} for question, _ in trials],
    }
    out.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), "utf-8")
    return left_out(winner, is_text=False)


def literal(text: str) -> str:
    """Write a text so that Nunjucks, which promptfoo renders everything with, says it as it is."""
    return OPENING.sub("{{ '{' }}", text)


def _vars(question: Question) -> dict[str, Any]:
    told: dict[str, Any] = {"question": literal(question.text)}
    told |= {"context": literal(question.context)} if question.context else {}
    others = {str(key): literal(str(value)) for key, value in question.metadata.items()}
    if question.choices:
        # promptfoo runs a test for each item of a list, so that choices are an object.
        told["choices"] = {n: literal(text) for n, text in enumerate(question.choices)}
    return told | others


def _provider(winner: Winner, sampling: Mapping[str, Any]) -> dict[str, Any]:
    """Name the model it was measured with, where promptfoo reaches it; else one to be chosen."""
    source = winner.about["model"].get("source") or {}
    where = {"apiBaseUrl": source["url"]} if "url" in source else {}
    return {"id": f"openai:chat:{model(winner)}", "config": {**where, **sampling}}
