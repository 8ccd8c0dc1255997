"""The hub where it cannot be reached: known at once, said plainly, its cache used."""

import importlib.util
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from huggingface_hub import constants, hf_hub_download
from huggingface_hub.errors import LocalEntryNotFoundError

from promptlab.data.hub import Hub
from promptlab.machine import hub_connection
from promptlab.machine.hub_connection import offline_where_unreachable, out_of_reach


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(hub_connection, "AGAIN", 0.0)
    hub_connection._failure.cache_clear()


@pytest.fixture
def unreachable(monkeypatch) -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    return endpoint


@pytest.fixture
def busy(monkeypatch) -> Iterator[list[str]]:
    """A hub that answers, though only that it is too busy; returns what it was asked."""
    heard = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            heard.append(self.path)
            self.send_response(503)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_hub_that_nobody_can_connect_to_is_named_with_the_reason(unreachable):
    assert f"the hub {unreachable} cannot be reached from here (" in out_of_reach()


def test_a_hub_that_answers_anything_is_left_to_its_client_and_asked_once_a_minute(busy):
    for _ in range(3):
        assert out_of_reach() == ""
        with offline_where_unreachable():
            assert not constants.HF_HUB_OFFLINE
    assert 1 <= len(busy) <= 2


def test_what_is_in_the_cache_is_served_where_the_hub_is_not_reached(unreachable, tmp_path):
    commit = "0" * 40
    repo = tmp_path / "models--nobody--tiny"
    (repo / "snapshots" / commit).mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(commit)
    (repo / "snapshots" / commit / "config.json").write_text("{}")
    with offline_where_unreachable():
        found = hf_hub_download("nobody/tiny", "config.json", cache_dir=tmp_path)
        with pytest.raises(LocalEntryNotFoundError):
            hf_hub_download("nobody/else", "config.json", cache_dir=tmp_path)
    assert found == str(repo / "snapshots" / commit / "config.json")
    assert not constants.HF_HUB_OFFLINE


def test_an_environment_that_is_set_offline_is_left_so_and_nothing_is_asked(monkeypatch, busy):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "HF_HUB_OFFLINE" in out_of_reach()
    with offline_where_unreachable():
        assert constants.HF_HUB_OFFLINE
    assert constants.HF_HUB_OFFLINE
    assert busy == []


def test_a_data_set_that_cannot_be_fetched_says_what_to_do(unreachable, capsys):
    spec = importlib.util.find_spec("datasets")
    if spec is None or spec.origin is None:
        pytest.skip('datasets is missing: pip install "promptlab[hub]"')
    with pytest.raises(ConnectionError, match=r"cannot be reached for 'nobody/nothing'.*parquet"):
        Hub("nobody/nothing").load()
    assert "Retrying" not in capsys.readouterr().err
