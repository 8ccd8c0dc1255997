"""MLflow's pages are served on the store of the runs, or it is said why not."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from promptlab.tracking.mlflow.ui import serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_no_store_yet_says_how_to_make_one(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no runs yet.*experiment=quickstart"):
        serve(f"sqlite:///{tmp_path}/mlflow.db")


def test_a_server_has_its_own_pages():
    with pytest.raises(ValueError, match=r"open http://127\.0\.0\.1:9"):
        serve("http://127.0.0.1:9")


def test_a_port_that_is_taken_is_named(tmp_path):
    (tmp_path / "mlflow.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1: .*--port {port + 1}"):
            serve(f"sqlite:///{tmp_path}/mlflow.db", port=port)


def test_a_server_that_cannot_start_tells_its_last_words(tmp_path):
    (tmp_path / "mlflow.db").write_text("this is no database")
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    code = f"from promptlab.tracking.mlflow.ui import serve; serve({uri!r}, port={free_port()})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "stopped by itself" in done.stderr
    assert "not a database" in done.stderr


def test_the_pages_answer_and_end_quietly_with_everything_they_started(tmp_path):
    port, uri = free_port(), f"sqlite:///{tmp_path}/mlflow.db"
    make = (
        "from promptlab.tracking.mlflow.environment import prepare; prepare()\n"
        f"from promptlab.tracking.mlflow.store import open_store; open_store({uri!r}, 'promptlab')"
    )
    code = f"{make}\nfrom promptlab.tracking.mlflow.ui import serve; serve({uri!r}, port={port})"
    command = [sys.executable, "-c", code]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = [server.stdout.readline(), server.stdout.readline()]
    assert f"http://127.0.0.1:{port}" in said[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
        assert page.status == 200
    os.kill(server.pid, signal.SIGINT)
    _, errors = server.communicate(timeout=30)
    assert server.returncode == 0
    assert errors == ""
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10)
