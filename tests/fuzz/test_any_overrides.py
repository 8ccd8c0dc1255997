"""Whatever is typed after a key is taken as it stands, or refused in one message."""

import contextlib
import io
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hostile import SLOW, texts, words
from hypothesis import given

from promptlab.cli.main import main
from promptlab.text.escaping import visible

FIXED = ("show", "model=scripted", "selection=zero", "tracking=none", "cache=off")
OURS = re.compile(r"Traceback|Exception|ANTLR|Lexer|mismatched|extraneous|token recognition|DEBUG")
"""Words that an error never says: those of the grammar's reader, and of a fault of our own."""


def shown(*overrides: str) -> tuple[int, str, str]:
    """Ask for the first prompt, as the shell would; returns the status and what was written."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        sys.argv = ["promptlab", *FIXED, *overrides]
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                main()
            return 0, out.getvalue(), err.getvalue()
        except SystemExit as stop:
            return int(stop.code or 0), out.getvalue(), err.getvalue()
        finally:
            sys.argv = before
            assert not any(Path(folder).iterdir())


@SLOW
@given(text=words)
def test_what_people_type_is_taken_as_it_stands(text: str) -> None:
    status, out, err = shown(f"template.cue={text}")
    assert not OURS.search(err)
    if status == 0:
        assert f"\n{visible(text)}".rstrip() in out.rstrip()
    else:
        assert err.startswith("promptlab: ")


@SLOW
@given(text=texts)
def test_whatever_is_typed_ends_in_a_prompt_or_in_one_message(text: str) -> None:
    os.environ.pop("PROMPTLAB_DEBUG", None)
    for key in ("template.cue", "name"):
        status, out, err = shown(f"{key}={text}")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out + err)
        assert not OURS.search(err)
        assert out.strip() if status == 0 else err.startswith("promptlab: ")
