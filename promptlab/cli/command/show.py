"""Print the exact prompts of the first examples, with token counts; load no model's weights."""

import argparse
from collections.abc import Generator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from promptlab.cli.config.compose import (
    OWN_YAML,
    add_search_path,
    build,
    compose,
    variant_name,
    variants,
)
from promptlab.experiment import Experiment
from promptlab.protocols import Program
from promptlab.stages import fit
from promptlab.text.escaping import in_line, visible
from promptlab.types import Call, ModelRequest, Request, Score


def show(arguments: Sequence[str]) -> None:
    """Show what every variant would ask first."""
    parser = argparse.ArgumentParser("promptlab show", description=__doc__)
    parser.add_argument("overrides", nargs="*", help="as for a run: experiment=… strategy=a,b …")
    parser.add_argument("--examples", type=int, default=1, help="how many test examples (1)")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    options = parser.parse_intermixed_args(arguments)
    console = Console(highlight=False, emoji=False)
    for overrides in variants(add_search_path(options.overrides, options.config_dir)):
        cfg = compose(overrides)
        console.rule(Text(in_line(cfg.name or variant_name(overrides)), "rule.text"))
        for text in previews(build(cfg), options.examples):
            console.out(visible(text), highlight=False)


def previews(experiment: Experiment, examples: int) -> list[str]:
    """Write out the first prompts of the first examples, each with its length in tokens."""
    fitted = fit(
        experiment.retrieval, experiment.selection, experiment.ordering, experiment.dataset.pool
    )
    if isinstance(fitted, Generator):
        asked, fitted = _begun(fitted)
        if asked:
            return _written(experiment, "the selection's fit", asked)[:examples]
    texts = []
    for example in experiment.dataset.test[:examples]:
        program = experiment.attempt(example, fitted)
        texts += preview_program(experiment, f"example {example.id}", program)
    return texts


def preview_program(experiment: Experiment, name: str, program: Program[Any]) -> list[str]:
    """Write out what a program asks first, each prompt once; or why it asks nothing."""
    asked, result = _begun(program)
    if error := "" if asked else getattr(result, "error", ""):
        return [f"[{name}]\nnothing is asked: {error}\n"]
    return _written(experiment, name, asked)


def _begun(program: Program[Any]) -> tuple[Sequence[Request], Any]:
    """Return what a program asks first, or nothing and its result; who waits asks nothing yet."""
    replies: Any = None
    try:
        while not (asked := program.send(replies)):
            replies = []
    except StopIteration as end:
        return (), end.value
    program.close()
    return asked, None


def _written(experiment: Experiment, name: str, asked: Sequence[Request]) -> list[str]:
    requests = {request.text: request for request in asked}
    return [preview(experiment, name, request) for request in requests.values()]


def preview(experiment: Experiment, name: str, request: Request) -> str:
    """Write out one request: its prompt, its length, the continuations that would be scored."""
    if isinstance(request, Call):
        return f"[{name}, {request.to}]\n{request.input}\n"
    seen = experiment.answerer.preview(request.to, request.prompt)
    length = "" if seen.tokens is None else f", {seen.tokens} tokens"
    return f"[{name}{length}]\n{seen.text}{_wanted(request)}\n"


def _wanted(request: ModelRequest) -> str:
    """Write out what is wanted after a prompt, where it is not free."""
    if isinstance(request, Score):
        return f"\n[scored: {' | '.join(map(repr, request.continuations))}]"
    if request.form is None:
        return ""
    options = " | ".join(map(repr, request.form.options))
    return f"\n[{request.form.kind}: {options or request.form.text}]"
