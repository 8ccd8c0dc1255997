"""A run that is killed, by a real SIGKILL, ends as an unbroken one when it is started again."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "kill_and_resume.py"


def test_two_runs_killed_at_random_moments_end_as_the_unbroken_one() -> None:
    spec = importlib.util.spec_from_file_location("kill_and_resume", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    counts = script.loop(2, seed=1)
    assert len(counts) == 2
    assert any(0 < count < 160 for run in counts for count in run)
