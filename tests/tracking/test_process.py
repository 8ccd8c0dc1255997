"""Processes are known to be gone only where that can be known."""

import json
import os
import subprocess
import sys

from promptlab.tracking.pending import (
    PENDING,
    clear_pending,
    is_pending,
    is_recording,
    mark_pending,
    recording_process,
)
from promptlab.tracking.process import has_ended, same_machine, this_process

TELL = """
import json
from promptlab.tracking.process import this_process
print(json.dumps(this_process()))
"""


def ended() -> dict[str, str]:
    done = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_this_process_is_not_gone():
    assert this_process()["pid"] == str(os.getpid())
    assert has_ended(this_process()) is False


def test_a_process_that_ended_is_gone():
    assert same_machine(ended())
    assert has_ended(ended()) is True


def test_another_process_with_the_same_number_is_not_mistaken_for_it():
    *marks, _ = this_process()["process"].split(" ")
    assert has_ended(this_process() | {"process": " ".join([*marks, "1"])}) is True


def test_nothing_is_known_of_another_host_or_machine_or_of_no_process():
    _, *marks = this_process()["process"].split(" ")
    assert has_ended(this_process() | {"host": "elsewhere"}) is None
    assert has_ended(this_process() | {"process": " ".join(["another", *marks])}) is None
    assert has_ended({}) is None


def test_nothing_is_known_of_another_container():
    machine, boot, _, born = this_process()["process"].split(" ")
    assert has_ended(this_process() | {"process": f"{machine} {boot} pid:[1] {born}"}) is None


def test_all_processes_are_gone_when_the_machine_was_started_again():
    machine, _, *marks = this_process()["process"].split(" ")
    assert has_ended(this_process() | {"process": " ".join([machine, "00000000", *marks])}) is True


def test_what_is_owed_to_one_store_is_not_settled_by_another(tmp_path):
    mark_pending(tmp_path, "sqlite:///a.db")
    assert recording_process(tmp_path) == this_process()
    clear_pending(tmp_path, "sqlite:///b.db")
    assert is_pending(tmp_path)
    clear_pending(tmp_path, "sqlite:///a.db")
    assert not is_pending(tmp_path)
    assert recording_process(tmp_path) == {}


def test_a_store_s_password_is_not_written_down(tmp_path):
    mark_pending(tmp_path, "http://me:secret@127.0.0.1:5000")
    assert "secret" not in (tmp_path / PENDING).read_text("utf-8")


def test_a_folder_is_at_work_while_another_process_lives(tmp_path):
    assert not is_recording(tmp_path)
    mark_pending(tmp_path, "")
    assert not is_recording(tmp_path)  # it is this one
    code = "import sys; from pathlib import Path;"
    code += "from promptlab.tracking.pending import mark_pending;"
    code += (
        f"mark_pending(Path({str(tmp_path)!r}), ''); print('owed', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout.readline() == "owed\n"
        assert is_recording(tmp_path)
    assert not is_recording(tmp_path)


def test_a_process_of_another_host_is_believed_to_be_at_work_while_records_are_fresh(tmp_path):
    (tmp_path / PENDING).write_text('{"host": "elsewhere", "pid": "1", "process": "x"}')
    assert is_recording(tmp_path)
    os.utime(tmp_path / PENDING, (0, 0))
    assert not is_recording(tmp_path)


def test_a_note_that_is_broken_names_nobody(tmp_path):
    (tmp_path / PENDING).write_text("{")
    assert is_pending(tmp_path)
    assert recording_process(tmp_path) == {}
