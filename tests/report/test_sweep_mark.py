"""A mark finds the runs of its sweep, and nothing that lies elsewhere."""

from pathlib import Path

from promptlab.report.sweep_mark import Mark, mark, marked


def test_a_mark_finds_its_runs_from_the_folder_above(tmp_path: Path) -> None:
    (tmp_path / "outputs" / "one").mkdir(parents=True)
    mark(tmp_path / "outputs", Mark("sweep-1", "", "", ("one", "gone")))
    assert marked("sweep-1", tmp_path) == [tmp_path / "outputs" / "one"]
    assert marked("sweep-2", tmp_path) == []


def test_what_a_mark_names_outside_of_its_folder_is_left_out(tmp_path: Path) -> None:
    outputs, secret = tmp_path / "outputs", tmp_path / "secret"
    (outputs / "one").mkdir(parents=True)
    secret.mkdir()
    mark(outputs, Mark("sweep-1", "", "", ("one", "../secret", str(secret))))
    assert marked("sweep-1", tmp_path) == [outputs / "one"]
