"""From an experiment to an adapter: train on its pool, and write what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlab.experiment import Experiment
from promptlab.model.huggingface import HuggingFace
from promptlab.protocols import ContextOverflow
from promptlab.records.provenance import as_json, examples_digest
from promptlab.tuning.lessons import Lessons, lessons, template_of
from promptlab.tuning.record import earlier, made_with, write
from promptlab.tuning.rows import Row, row
from promptlab.tuning.settings import Tuning
from promptlab.types import digest

if TYPE_CHECKING:
    from promptlab.tuning.training import Trained

Watch = Callable[[int, int, str], None]


def tune(experiment: Experiment, tuning: Tuning, out: Path, watch: Watch) -> dict[str, Any]:
    """Train an adapter on an experiment's pool; return what `tuning.json` holds.

    Where `out` holds what came of the same training, nothing is trained.

    Args:
        experiment: Whose prompts are learnt, and whose model is adapted.
        tuning: How.
        out: The folder that is written.
        watch: Told how many rows are done, of how many, and what is known of the loss.

    Raises:
        FileExistsError: `out` holds something else.
        KeyboardInterrupt: one interrupted before the first epoch had ended.
        ModuleNotFoundError: peft is not installed; says how to install it.
        ValueError: nothing can be learnt from the pool, or not by this model.
    """
    if find_spec("peft") is None:
        raise ModuleNotFoundError('tune needs the package peft: pip install "promptlab[tune]"')
    model = local(experiment.model)
    taught = lessons(experiment)
    rows, left_out = _fitting(model, taught, getattr(tuning.method, "tokens", 0))
    told = _about(experiment, tuning, rows)
    if known := earlier(out, told["key"]):
        return known
    from promptlab.tuning.training import train  # noqa: PLC0415  heavy

    trained = train(model, rows, tuning, watch)
    if not trained.best:
        raise KeyboardInterrupt
    record = as_json({**told, **_came(trained, left_out), "versions": made_with()})
    return write(out, trained.adapter, record, str(told["model"]["name"]))


def _came(trained: "Trained", left_out: Mapping[str, Any]) -> dict[str, Any]:
    """Say what came of a training, and what it cost."""
    counts = {"trained": trained.trained, "held_out": trained.held_out}
    return {
        "examples": {**counts, "left_out": left_out},
        "tokens": {"training": trained.tokens_trained, "held_out": trained.tokens_held_out},
        "seconds": trained.seconds,
        "loss": {"before": trained.before, "epochs": [asdict(each) for each in trained.epochs]},
        "best_epoch": trained.best,
        "ended": trained.ended,
    }


def local(model: Any) -> HuggingFace:
    """Return the model of this process that a model is, behind its store and its package.

    Raises:
        ValueError: there is none, or it cannot be trained.
    """
    found = model
    while found is not None and not isinstance(found, HuggingFace):
        found = getattr(found, "folder", None) or getattr(found, "inner", None)
    if found is None:
        inner = getattr(model, "inner", model)
        raise ValueError(
            f"tune: the model is a {type(inner).__name__}, whose weights are not here; expected "
            "model=smollm2, gemma3, gguf or hf"
        )
    for option in ("adapter", "quantization"):
        if value := getattr(found, option):
            raise ValueError(
                f"tune: model.{option} is {value}; expected none: training begins with the plain "
                "weights, in float32"
            )
    return found


def _fitting(model: HuggingFace, taught: Lessons, virtual: int) -> tuple[list[Row], dict[str, Any]]:
    """Tokenise what is learnt; what is longer than the model's window is left out."""
    rows = [row(model, lesson) for lesson in taught.taught]
    room = None if model.window is None else model.window - virtual
    fit = [each for each in rows if room is None or len(each.ids) <= room]
    if not fit:
        raise ContextOverflow(min(len(each.ids) for each in rows), room or 0)
    reasons = list(taught.left_out)
    if len(fit) < len(rows):
        reasons.append(f"{len(rows) - len(fit)} longer than the window of {room} tokens")
    count = len(taught.left_out) + len(rows) - len(fit)
    return fit, {"count": count, "reasons": reasons[:10]}


def _about(experiment: Experiment, tuning: Tuning, rows: Sequence[Row]) -> dict[str, Any]:
    """Say what decides an adapter; `key` names it."""
    base = dict(experiment.model.identity) | {"dtype": "float32"}
    decides = [base, asdict(tuning), type(tuning.method).__name__]
    key = digest([decides, [[list(each.ids), each.start] for each in rows]])
    pool = experiment.dataset.pool
    return {
        "key": key,
        "dataset": experiment.dataset.name,
        "data": {"examples": len(pool), "digest": examples_digest(pool)},
        "template": template_of(experiment.asking).name,
        "strategy": type(experiment.strategy).__name__,
        "selection": type(experiment.selection).__name__,
        "seed": tuning.seed,
        "tuning": asdict(tuning) | {"method": _named(tuning.method)},
        "model": base,
    }


def _named(method: Any) -> dict[str, Any]:
    return {"name": type(method).__name__, **asdict(method)}
