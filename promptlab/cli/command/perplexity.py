"""Print how surprised a model is by texts: perplexity per token, byte and word."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

from promptlab.cli.who_answers import named
from promptlab.data.jsonl import rows
from promptlab.data.text import decode
from promptlab.metric.perplexity import Corpus, corpus
from promptlab.model.cache.cached_model import CachedModel
from promptlab.program import parallel, score, solve
from promptlab.protocols import ContextOverflow, Model
from promptlab.text.escaping import visible
from promptlab.types import Message, Prompt, RequestFailed, Score, Scores

RECORDS = (".jsonl", ".ndjson", ".json")
"""Ends of the names of files whose records have the text in a field; others are text."""


def perplexity(arguments: Sequence[str]) -> None:
    """Print the figures of each file, and of all where there are several.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a file has no text, a record lacks the field, or no model is named.
    """
    options = _options(arguments)
    files = {path: _texts(path, options) for path in options.files}
    scorer = _scorer(named(options.overrides), options)
    told = {str(path): (texts, scorer(texts)) for path, texts in files.items()}
    figures = {name: corpus(*each) for name, each in told.items()}
    if len(figures) > 1:
        every = [text for texts, _ in told.values() for text in texts]
        figures["all"] = corpus(every, [each for _, scores in told.values() for each in scores])
    for name, each in figures.items():
        print(visible(_line(name, each, as_json=options.json)))


def _texts(path: Path, options: argparse.Namespace) -> list[str]:
    """Read the texts of a file; blank ones are left out.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: there is none, or a record lacks the field.
    """
    if not path.is_file():
        raise FileNotFoundError(
            f"{path}: no such file; expected a file of text, or of records with a field of it"
        )
    if path.suffix.lower() in RECORDS:
        texts = list(_fields(path, options.field))
    else:
        whole = decode(path)
        texts = whole.splitlines() if options.by_line else [whole]
    kept = [text for text in texts if text.strip()]
    if not kept:
        raise ValueError(f"{path}: there is no text in it; expected text to be scored")
    return kept


def _fields(path: Path, field: str) -> Iterator[str]:
    """Read a field of each record."""
    for row in rows(path):
        if row.problem:
            raise ValueError(f"{path}, {row.place}: {row.problem}")
        text: Any = row.values.get(field)
        if not isinstance(text, str):
            there = ", ".join(map(str, row.values)) or "none"
            raise ValueError(
                f"{path}, {row.place}: no text in the field {field!r}; it has the fields {there}: "
                "choose one with --field"
            )
        yield text


def _positive(said: str) -> int:
    if not said.isdecimal() or int(said) < 1:
        raise argparse.ArgumentTypeError(f"{said}: expected a number of tokens, 1 at least")
    return int(said)


def _scorer(model: Model, options: argparse.Namespace) -> Callable[[Sequence[str]], list[Scores]]:
    """Return what scores texts: in windows where the model can, else each whole."""
    if hasattr(model, "score_texts"):
        windowed: Callable[..., list[Scores]] = model.score_texts
        return partial(windowed, window=options.window, stride=options.stride)
    if options.window or options.stride:
        raise ValueError(
            "--window and --stride are of models that run here (smollm2, gemma3, gguf, hf); this "
            "one reads each text whole"
        )
    return partial(_whole, CachedModel(model))


def _whole(model: Model, texts: Sequence[str]) -> list[Scores]:
    """Ask for the log-probability of each text after nothing."""
    nothing = Prompt((Message("text", ""),))
    try:
        return solve(parallel(score(Score(nothing, (text,))) for text in texts), model)
    except ContextOverflow as error:
        raise RequestFailed(
            f"a text has {error.tokens} tokens and the model's window holds {error.window}: give "
            "shorter ones (--by-line), or a model that runs here, which reads it in windows"
        ) from error


def _line(name: str, told: Corpus, *, as_json: bool) -> str:
    """Say the figures of a corpus on a line."""
    figures: dict[str, float] = {
        "texts": told.texts,
        "tokens": told.tokens,
        "bytes": told.bytes,
        "words": told.words,
        "perplexity_per_token": told.per_token,
        "perplexity_per_byte": told.per_byte,
        "perplexity_per_word": told.per_word,
        "bits_per_byte": told.bits_per_byte,
    }
    if as_json:
        known = {key: value if isfinite(value) else None for key, value in figures.items()}
        return json.dumps({"file": name, **known}, ensure_ascii=False)
    return (
        f"{name}: perplexity {told.per_token:.3f} per token, {told.per_byte:.4f} per byte, "
        f"{told.per_word:.1f} per word; {told.bits_per_byte:.4f} bits per byte ({told.texts:,} "
        f"text{'s' if told.texts > 1 else ''}, {told.tokens:,} tokens, {told.bytes:,} bytes, "
        f"{told.words:,} words)"
    )


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab perplexity", description=__doc__)
    parser.add_argument(
        "words",
        nargs="+",
        metavar="FILE … model=…",
        help="files of text, or of records (.jsonl, .json); and who reads them: model=smollm2",
    )
    parser.add_argument("--field", default="text", help="where a record has its text (text)")
    parser.add_argument(
        "--by-line", action="store_true", help="each line of a text file is a text of its own"
    )
    parser.add_argument(
        "--window",
        type=_positive,
        default=0,
        help="most tokens read together (the model's, or 2048)",
    )
    parser.add_argument(
        "--stride",
        type=_positive,
        default=0,
        help="tokens between two windows of a text (half a window)",
    )
    parser.add_argument("--json", action="store_true", help="print an object a line")
    options = parser.parse_intermixed_args(arguments)
    overridden = [word for word in options.words if word.startswith(("model=", "model."))]
    options.overrides = overridden
    options.files = [Path(word) for word in options.words if word not in overridden]
    if not options.files or not overridden:
        given = " ".join(options.words)
        raise ValueError(f"{given}: expected a file at least, and model=…, such as model=smollm2")
    return options
