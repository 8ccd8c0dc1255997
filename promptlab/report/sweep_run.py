"""The sweep's own run in MLflow: the leaderboard as a table, the figures, the page, what it says.

One flat run beside those of the variants, with the same tag `sweep`, and `sweep` as its `kind`.
Writing it again replaces it.
"""

import getpass
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from mlflow.entities import Metric, Param

from promptlab.records.provenance import git_commit
from promptlab.report.data.frame import ranking_frame
from promptlab.report.data.standings import Standings
from promptlab.report.description import description
from promptlab.report.figures.coverage import coverage_figure
from promptlab.report.figures.curve import curve_figure
from promptlab.report.figures.forest import forest_figure
from promptlab.report.figures.heat_map import heat_map_figure
from promptlab.report.figures.matrix import matrix_figure
from promptlab.report.figures.pareto import pareto_figure
from promptlab.report.figures.reliability import reliability_figure
from promptlab.report.figures.slices import slices_figure
from promptlab.report.write import write
from promptlab.text.escaping import in_line
from promptlab.tracking.mlflow.page.params import safe_name
from promptlab.tracking.mlflow.store import MlflowStore, open_store
from promptlab.tracking.mlflow.sweeps import LEADERBOARD
from promptlab.tracking.mlflow.tracking import MLflow
from promptlab.tracking.mlflow.view import save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES: Mapping[str, "Callable[[Standings], Figure]"] = {
    "forest": forest_figure,
    "pareto": pareto_figure,
    "curve": curve_figure,
    "heat_map": heat_map_figure,
    "matrix": matrix_figure,
    "reliability": reliability_figure,
    "coverage": coverage_figure,
    "slices": slices_figure,
}
SHARP = 100
"""Dots per inch."""


def log_sweep(sweeps: Sequence[Standings], tracking: MLflow, command: str = "") -> str:
    """Write a sweep's own run, replacing an earlier one.

    Args:
        sweeps: The variants, those of each data set apart.
        tracking: Where the variants' runs are; its `sweep` names the sweep.
        command: The command line of the sweep, for the description.

    Returns:
        The run's id.

    Raises:
        Exception: whatever goes wrong in MLflow; the earlier run is then left as it was.
    """
    store = open_store(tracking.uri, tracking.experiment)
    earlier = _own(store, tracking.sweep)
    tags = {**tracking.tags, **_tags(sweeps, tracking.sweep)}
    client, name = store.client, f"sweep {tracking.sweep}"
    run_id = str(client.create_run(store.experiment_id, tags=tags, run_name=name).info.run_id)
    try:
        _fill(store, run_id, sweeps, tracking.sweep, command)
        client.set_terminated(run_id, "FINISHED")
        _save_view(store, sweeps, tracking.sweep)
    except BaseException:
        with suppress(Exception):
            client.delete_run(run_id)
        raise
    for each in earlier:
        client.delete_run(each)
    return run_id


def _save_view(store: MlflowStore, sweeps: Sequence[Standings], sweep: str) -> None:
    """Save the view that `promptlab ui` opens on this sweep."""
    settings = dict.fromkeys(name for each in sweeps for name in each.factors)
    metric = sweeps[0].comparison.metric
    save(store.client, store.experiment_id, sweep, metric, list(settings))


def _own(store: MlflowStore, sweep: str) -> list[str]:
    """List a sweep's own runs."""
    quote = '"' if "'" in sweep else "'"
    same = f"tags.kind = 'sweep' and tags.sweep = {quote}{sweep}{quote}"
    return [run.info.run_id for run in store.client.search_runs([store.experiment_id], same)]


def _fill(
    store: MlflowStore, run_id: str, sweeps: Sequence[Standings], name: str, command: str
) -> None:
    client = store.client
    client.set_tag(run_id, "mlflow.note.content", description(sweeps, name, command))
    now = time.time_ns() // 1_000_000
    metrics = [Metric(safe_name(key), value, now, 0) for key, value in _metrics(sweeps)]
    params = [Param(safe_name(key), value[:500]) for key, value in _params(sweeps)]
    client.log_batch(run_id, metrics=metrics, params=params)
    client.log_table(run_id, leaderboard(sweeps), LEADERBOARD)
    with tempfile.TemporaryDirectory() as folder:
        write(sweeps, Path(folder))
        _draw(sweeps, Path(folder) / "figures")
        client.log_artifacts(run_id, folder)


def leaderboard(sweeps: Sequence[Standings]) -> pd.DataFrame:
    """Return the rankings as one table, with each variant's run and folder."""
    frames = []
    for sweep in sweeps:
        frame = ranking_frame(sweep).reset_index()
        # MLflow shows the first columns first, and compares by the first.
        first = ["variant", sweep.comparison.metric, "group", "low", "high", "behind", "holm"]
        frame = frame[[*first, *(each for each in frame.columns if each not in first)]]
        shares = [sweep.comparison.metric, "low", "high", "behind"]
        frame[shares] = frame[shares].astype(float).round(4)
        frame["dataset"] = in_line(sweep.title)
        for column in ("config_hash", "run_id", "folder"):
            frame[column] = [_origin(sweep, variant, column) for variant in sweep.names]
        frames.append(frame)
    # An empty column would take its type from nothing.
    kept = [frame.dropna(axis="columns", how="all") for frame in frames]
    return pd.concat(kept, ignore_index=True)


def _origin(sweep: Standings, variant: str, column: str) -> str:
    """Say where a variant's records come from."""
    origin = next(each for each in sweep.variants if each.name == variant)
    if column == "folder":
        return str(origin.run.folders[0].resolve())
    key = "mlflow_run_id" if column == "run_id" else column
    return next((str(result.get(key) or "") for result in sweep.results[variant] if result), "")


def _draw(sweeps: Sequence[Standings], folder: Path) -> None:
    """Draw what can be drawn of each data set."""
    for sweep in sweeps:
        into = folder / safe_name(sweep.title).replace("/", "_") if len(sweeps) > 1 else folder
        into.mkdir(parents=True, exist_ok=True)
        for name, draw in FIGURES.items():
            # Nothing to draw: no token was counted, k was not swept, fewer than two settings were,
            # no answer has a confidence, or there are no slices. A font that lacks a letter draws a
            # box.
            with suppress(ValueError), warnings.catch_warnings(action="ignore"):
                draw(sweep).savefig(into / f"{name}.png", dpi=SHARP)


def _metrics(sweeps: Sequence[Standings]) -> Iterator[tuple[str, float]]:
    """Yield the figures of the sweep; each data set's after the first with its name."""
    yield "variants", float(sum(len(sweep.variants) for sweep in sweeps))
    for sweep in sweeps:
        end = "" if sweep is sweeps[0] else f"_{sweep.title}"
        for name, value in _figures(sweep):
            if isfinite(value):
                yield name + end, value


def _figures(sweep: Standings) -> Iterator[tuple[str, float]]:
    best, metric = sweep.variants[0], sweep.comparison.metric
    yield f"best_{metric}", best.mean
    yield f"best_{metric}_low", best.low
    yield f"best_{metric}_high", best.high
    yield "examples", float(len(sweep.items))
    yield "beaten", float(sum(pair.holm < 0.05 for pair in sweep.comparison.against_best))
    if sweep.comparison.detectable is not None:
        yield "detectable_difference", sweep.comparison.detectable
    yield (
        "total_tokens",
        sum(place.cost.prompt_tokens + place.cost.completion_tokens for place in sweep.ranking),
    )
    yield "total_seconds", sum(place.cost.seconds for place in sweep.ranking)


def _params(sweeps: Sequence[Standings]) -> Iterator[tuple[str, str]]:
    """Yield what was swept, and over what."""
    swept: dict[str, dict[str, None]] = {}
    for sweep in sweeps:
        for name, levels in sweep.factors.items():
            swept.setdefault(name, {}).update(dict.fromkeys(levels))
    for name, every in swept.items():
        yield name, in_line(", ".join(sorted(every)))


def _tags(sweeps: Sequence[Standings], name: str) -> dict[str, str]:
    tags = {
        "kind": "sweep",
        "sweep": name,
        "best": in_line(", ".join(sweep.names[0] for sweep in sweeps)),
        "mlflow.source.name": "promptlab",
        "mlflow.source.type": "LOCAL",
    }
    models = dict.fromkeys(name for sweep in sweeps for name in sweep.models)
    commit = git_commit()
    if models:
        tags["model"] = in_line(", ".join(models))
    if commit:
        tags["mlflow.source.git.commit"] = commit.removesuffix("-dirty")
    with suppress(Exception):  # a container's user may have no name
        tags["mlflow.user"] = getpass.getuser()
    return tags
