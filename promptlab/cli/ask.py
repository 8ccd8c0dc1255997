"""Ask a winner, or the prompt of a finished run, a question of your own."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from promptlab.escaping import visible
from promptlab.export.component import component
from promptlab.export.load import load
from promptlab.model.cache.cached_model import CachedModel
from promptlab.protocols import Model
from promptlab.types import RequestFailed

LOCAL = ("promptlab.model.embedded", "promptlab.model.huggingface", "promptlab.model.scripted")
"""Models that a winner may name by itself: they send nothing to anybody."""


def ask(arguments: Sequence[str]) -> None:
    """Print the answer, or the prompt that would be asked."""
    options = _options(arguments)
    winner = load(options.winner, trust=options.trust)
    question = sys.stdin.read().strip() if options.question == "-" else options.question
    fields = dict(_field(each) for each in options.field)
    asked = {"context": options.context, "choices": options.choice, **fields}
    if options.prompt:
        print(visible(winner.prompt(question, **asked).text))
        return
    model = CachedModel(_model(winner.about["model"], options.overrides))
    answer = winner.answer(question, model=model, **asked)
    if options.json:
        print(json.dumps(asdict(answer), ensure_ascii=False))
    elif answer.outcome == "parsed":
        print(visible(answer.text))
    else:
        raise RequestFailed(f"no answer was found in the reply: it is {answer.outcome}")


def _model(known: Mapping[str, Any], overrides: Sequence[str]) -> Model:
    """Make the model that the command line names, or that the prompt was measured with.

    Raises:
        ValueError: it was measured with one that is not of this machine, and none is named.
    """
    if overrides:
        return _composed(overrides)
    source = known.get("source") or {}
    target = str(source.get("_target_", ""))
    if target.rpartition(".")[0] in LOCAL and not source.get("trust_remote_code"):
        model: Model = component(source, "model", Path(), trust=LOCAL)
        return model
    name = known.get("identity", {}).get("name", "")
    raise ValueError(
        f"it was measured with {name or target}, which is no model of this machine; say who "
        f"answers: model=openai model.name={name or '…'} model.url={source.get('url', '…')}"
    )


def _composed(overrides: Sequence[str]) -> Model:
    """Make the model that overrides describe, as for a run."""
    from promptlab.cli.config.component import component as configured  # noqa: PLC0415  Hydra
    from promptlab.cli.config.compose import compose, plain  # noqa: PLC0415
    from promptlab.cli.config.overrides import rewrite_overrides  # noqa: PLC0415

    for word in overrides:
        if not word.startswith(("model=", "model.")):
            raise ValueError(f"{word}: expected one question, in quotation marks, and model=…")
    if not any(word.startswith("model=") for word in overrides):
        raise ValueError(f"{' '.join(overrides)}: expected model=… too, whose fields these are")
    model: Model = configured("model", plain(compose(rewrite_overrides(overrides)).model))
    return model


def _field(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise ValueError(f"--field {word}: expected name=value")
    return name, value


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab ask", description=__doc__)
    parser.add_argument("winner", help="the folder that `export` wrote, or that of a finished run")
    parser.add_argument("question", help="its text; - reads it from the standard input")
    parser.add_argument(
        "overrides",
        nargs="*",
        metavar="model=…",
        help="who answers (the model it was measured with)",
    )
    parser.add_argument("--context", default="", help="the passage that the question is about")
    parser.add_argument("--choice", action="append", default=[], help="a choice; once for each")
    parser.add_argument(
        "--field", action="append", default=[], metavar="NAME=VALUE", help="another field"
    )
    parser.add_argument("--prompt", action="store_true", help="print the prompt, and ask nobody")
    parser.add_argument("--json", action="store_true", help="print all of the answer, as JSON")
    parser.add_argument("--trust", action="append", default=[], metavar="MODULE", help="see export")
    return parser.parse_intermixed_args(arguments)
