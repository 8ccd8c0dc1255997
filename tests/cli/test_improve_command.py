"""`improve` on the command line."""

import sys

import pytest

from promptlab.cli.main import main


def call(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["promptlab", "improve", *words])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code


def test_a_sweep_is_refused_and_so_is_an_unknown_optimiser(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = ["--by", "opro", "--budget", "1000", "dataset=question_types"]
    assert call(monkeypatch, *words, "k=1,2") == 1
    assert "improve was given 2 variants; expected one" in capsys.readouterr().err
    assert call(monkeypatch, "--by", "opra", "--budget", "1000") == 2
    assert "invalid choice: 'opra'" in capsys.readouterr().err


def test_a_search_is_run_and_says_what_it_found(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys,
        "argv",
        [
            *("promptlab", "improve", "--by", "ape", "--budget", "9000", "--judge", "10"),
            *("--proposals", "2", "dataset=question_types", "dataset.limit=6", "selection=zero"),
            *("model=scripted", "model.reply=person", "cache=off", "tracking=none"),
        ],
    )
    main()
    said = " ".join(capsys.readouterr().out.split())
    assert "Nothing that was proposed was better than the start (1 proposals" in said
