"""A gate for a CI: the best variant must reach a score, and every answer is a test case."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from promptlab.cli.config.nearest import nearest
from promptlab.records.files import Records, read_result, read_trials
from promptlab.text.escaping import visible

FAILED = 2
"""The exit status where a score is not reached; 1 is an error."""
_LIMIT = re.compile(r"(?P<metric>\w+)(?P<lower>\.lower)?=(?P<value>0|1|[01]?\.\d+|1\.0+)")


def unreached(limits: Sequence[str], folders: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each limit that no variant reaches.

    Args:
        limits: `accuracy=0.8`, or `accuracy.lower=0.8` for the lower end of its interval.
        folders: Of the variants.

    Raises:
        ValueError: a limit is none, or no variant has the score.
    """
    results = [_result(folder) for folder in folders]
    for limit in limits:
        match = _LIMIT.fullmatch(limit)
        if match is None:
            raise ValueError(
                f"--fail-under {limit}: expected a score and a share of 1, accuracy=0.8 or "
                "accuracy.lower=0.8"
            )
        key = match["metric"] + ("_low" if match["lower"] else "")
        scores = {str(result["name"]): result["metrics"].get(key) for result in results}
        known = {name: float(value) for name, value in scores.items() if value is not None}
        if not known:
            there = {name for result in results for name in result["metrics"]}
            raise ValueError(f"--fail-under {limit}: no {key}; {nearest(key, there)}")
        best = max(known, key=lambda name: known[name])
        if known[best] < float(match["value"]):
            yield (
                f"{match['metric']}{match['lower'] or ''} is at best {known[best]:.4g} ({best}), "
                f"under {match['value']}"
            )


def write_junit(path: Path, folders: Sequence[Path], metric: str) -> None:
    """Write a JUnit file: a suite for each variant, and a case for each question.

    A case fails where its score is under 1, and is an error where the question failed.
    """
    suites = ET.Element("testsuites")
    for folder in folders:
        trials = read_trials(folder)
        suite = ET.SubElement(suites, "testsuite", name=_xml(str(read_result(folder)["name"])))
        cases = [_case(suite, trial, metric) for trial in trials]
        suite.set("tests", str(len(cases)))
        for kind in ("failure", "error", "skipped"):
            suite.set(f"{kind}s" if kind != "skipped" else kind, str(cases.count(kind)))
    ET.ElementTree(suites).write(path, "utf-8", xml_declaration=True)


def _result(folder: Path) -> dict[str, Any]:
    """Read a result; raise `ValueError` where its trials are others than it was made of."""
    result = read_result(folder)
    if not Records(folder).matches(result):
        raise ValueError(
            f"{Records(folder).mismatch(result)}; run the command again, which mends it"
        )
    return result


def _case(suite: ET.Element, trial: Mapping[str, Any], metric: str) -> str:
    """Add a case; return what became of it."""
    case = ET.SubElement(suite, "testcase", classname=suite.get("name", ""), name=_xml(trial["id"]))
    score = trial["scores"].get(metric)
    if trial["outcome"] == "failed":
        kind, message = "error", str(trial.get("error", ""))
    elif score is None:
        kind, message = "skipped", f"no {metric}"
    elif float(score) < 1:
        wanted = f", expected {trial['target']!r}" if trial["target"] else ""
        scores = ", ".join(f"{name} {value}" for name, value in trial["scores"].items())
        kind, message = "failure", f"{trial['outcome']} {trial['prediction']!r}{wanted}; {scores}"
    else:
        return "passed"
    ET.SubElement(case, kind, message=_xml(message))
    return kind


def _xml(text: str) -> str:
    """Write a text as XML can hold it."""
    return "".join(c if c.isprintable() or c in "\t\n" else "\ufffd" for c in visible(str(text)))
