"""Whatever became of the records of a run: they are read, mended or refused, never miscounted."""

import json
import warnings
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hostile import FUZZED, texts, values
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from promptlab.experiment import Experiment
from promptlab.metric.accuracy import Accuracy
from promptlab.model.scripted import Scripted
from promptlab.ordering.as_selected import AsSelected
from promptlab.records.files import RESULT, TRIALS
from promptlab.report.data.standings import read_standings
from promptlab.report.html.page import page
from promptlab.report.terminal import show
from promptlab.selection.first import First
from promptlab.strategy.direct import Direct
from promptlab.types import Dataset, Example, Question, Task

TASK = Task(answer="number")
POOL = tuple(Example(Question(f"p{i}", f"{i} + 0?"), str(i)) for i in range(2))
TEST = tuple(Example(Question(f"t{i}", f"{i} + 1?"), str(i + 1)) for i in range(6))
RIGHT = 1 / 6
"""The share of them that the answer 1 is right for."""


def experiment(folder: Path) -> Experiment:
    return Experiment(
        dataset=Dataset("sums", TASK, POOL, TEST),
        selection=First(k=1),
        ordering=AsSelected(),
        strategy=Direct(TASK),
        model=Scripted("1"),
        metric={"accuracy": Accuracy(TASK)},
        folder=folder,
        batch=2,
        config={"seed": 7},
    )


def written() -> dict[str, bytes]:
    """Run it once, and keep what it leaves."""
    with TemporaryDirectory() as folder:
        experiment(Path(folder))()
        return {path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file()}


WHOLE = written()


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, bytes]:
    """Spoil one of the files: lines lost, doubled, moved, edited; bytes lost, or others there."""
    files = dict(WHOLE)
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from([TRIALS, TRIALS, TRIALS, RESULT]))
        change = draw(st.sampled_from([_lost, _doubled, _moved, _cut, _bytes, _edited]))
        files[name] = change(draw, files[name])
    if draw(st.booleans()):
        files.pop(draw(st.sampled_from([RESULT, RESULT, TRIALS])), None)
    return files


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True) or [b""]


def _lost(draw: st.DrawFn, data: bytes) -> bytes:
    lines = _lines(data)
    del lines[draw(st.integers(0, len(lines) - 1))]
    return b"".join(lines)


def _doubled(draw: st.DrawFn, data: bytes) -> bytes:
    lines = _lines(data)
    lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(lines)))
    return b"".join(lines)


def _moved(draw: st.DrawFn, data: bytes) -> bytes:
    return b"".join(draw(st.permutations(_lines(data))))


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    return data[: draw(st.integers(0, len(data)))]


def _bytes(draw: st.DrawFn, data: bytes) -> bytes:
    start = draw(st.integers(0, len(data)))
    return data[:start] + draw(st.binary(min_size=1, max_size=4)) + data[start + 2 :]


def _edited(draw: st.DrawFn, data: bytes) -> bytes:
    """Put another value somewhere into an object."""
    lines = _lines(data)
    at = draw(st.integers(0, len(lines) - 1))
    start, end = (0, len(lines)) if lines[0].strip() == b"{" else (at, at + 1)
    try:
        entry = json.loads(b"".join(lines[start:end]))
        key = draw(st.sampled_from(sorted(entry)))
    except (ValueError, TypeError, IndexError, AttributeError):
        return data
    value = draw(values | st.sampled_from([{"accuracy": 7}, {"accuracy": "NaN"}, {"accuracy": -1}]))
    entry[draw(st.just(key) | texts)] = value
    text = json.dumps(entry).encode() + b"\n"
    return b"".join([*lines[:start], text, *lines[end:]])


def _put(files: dict[str, bytes], folder: str) -> Path:
    for name, data in files.items():
        Path(folder, name).write_bytes(data)
    return Path(folder)


@FUZZED
@given(files=mutated())
def test_the_next_run_finds_the_right_number_or_says_why_not(files: dict[str, bytes]) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        try:
            result = experiment(_put(files, folder))()
        except (ValueError, OSError) as error:
            said(error, folder)
        else:
            metrics = result["metrics"]
            assert (metrics["n"], metrics["accuracy"]) == (len(TEST), RIGHT)


@FUZZED
@given(files=mutated())
def test_a_report_reads_what_is_whole_and_counts_nothing_out_of_range(
    files: dict[str, bytes],
) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
        try:
            sweeps = read_standings([_put(files, folder)])
        except (ValueError, OSError) as error:
            said(error, folder, "no run has a score")
        else:
            assert page(sweeps).endswith("</html>\n")
            for sweep in sweeps:
                show(sweep, Console(file=StringIO(), width=120))
                assert all(0 <= variant.mean <= 1 for variant in sweep.variants)
                assert all(variant.examples <= len(TEST) + 1 for variant in sweep.variants)


def said(error: Exception, *one_of: str) -> None:
    assert any(words in str(error) for words in one_of)
