"""Ask a winner, or the prompt of a finished run, a question of your own."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from promptlab.cli.who_answers import measured_with, named
from promptlab.export.load import load
from promptlab.model.cache.cached_model import CachedModel
from promptlab.text.escaping import visible
from promptlab.types import RequestFailed


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
    overrides = options.overrides
    model = named(overrides) if overrides else measured_with(winner.about["model"])
    answer = winner.answer(question, model=CachedModel(model), **asked)
    if options.json:
        print(json.dumps(asdict(answer), ensure_ascii=False))
    elif answer.outcome == "parsed":
        print(visible(answer.text))
    else:
        raise RequestFailed(f"no answer was found in the reply: it is {answer.outcome}")


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
