"""MLflow's pages, on the store that the runs wrote to."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from promptlab.tracking.mlflow.environment import prepare
from promptlab.tracking.mlflow.location import artifacts, database, locate


def serve(uri: str = "", host: str = "127.0.0.1", port: int = 5000, sweep: str = "") -> None:
    """Serve MLflow's pages until Ctrl-C.

    Args:
        uri: The store; empty for the one that a run in this folder would write to.
        sweep: The tag of the sweep whose runs are shown first; empty for the newest.
        host: The address to listen on.
        port: The port to listen on.

    Raises:
        FileNotFoundError: there is no store yet.
        ValueError: the store is a server with pages of its own.
        OSError: the port is taken.
        RuntimeError: the server stopped by itself.
    """
    uri = locate(uri)
    _check_store(uri)
    _check_port(host, port)
    prepare()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # the server must not outlive this
    with tempfile.TemporaryFile() as log, _server(_command(uri, host, port), log) as server:
        try:
            _announce(server, f"http://{host}:{port}", uri, sweep)
            server.wait()
        except KeyboardInterrupt:
            return
        log.seek(0)
        lines = log.read().decode("utf-8", "replace").strip().splitlines()[-15:]
    raise RuntimeError("MLflow's server stopped by itself. Its last words:\n" + "\n".join(lines))


def _check_store(uri: str) -> None:
    if uri.startswith(("http://", "https://")):
        raise ValueError(f"the runs are on a server with pages of its own: open {uri}")
    path = database(uri)
    if path and not path.exists():
        raise FileNotFoundError(
            f"{path}: no runs yet. Make some first, with `python -m promptlab "
            "experiment=quickstart`, or say with --uri or MLFLOW_TRACKING_URI where they are"
        )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = (
                f"port {port} on {host}: {error.strerror}. Choose another, --port {port + 1} say"
            )
            raise OSError(error.errno, message) from error


def _command(uri: str, host: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", uri]
    root = artifacts(uri)
    command += ["--default-artifact-root", root] if root else []
    return [*command, "--host", host, "--port", str(port), "--workers", "1"]


def _announce(server: "subprocess.Popen[bytes]", address: str, uri: str, sweep: str) -> None:
    """Say when the pages can be opened."""
    print(f"Starting MLflow on {uri} …", flush=True)
    while server.poll() is None and not _responds(address):
        time.sleep(0.2)
    if server.poll() is None:
        shown = address + _view(uri, sweep)
        print(f"Open {shown} in a browser. Ctrl-C ends it.", flush=True)


def _view(uri: str, sweep: str) -> str:
    """Return the path of a sweep's runs on MLflow's pages; empty where none has a saved view."""
    from promptlab.tracking.mlflow.sweeps import saved_view  # noqa: PLC0415  MLflow takes two seconds

    return saved_view(uri, sweep)


def _responds(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=1) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except OSError:
        return False


@contextmanager
def _server(command: list[str], log: IO[bytes]) -> "Iterator[subprocess.Popen[bytes]]":
    """Start the server, and end it and the workers that it started."""
    with subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log) as server:  # noqa: S603
        try:
            yield server
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    for force in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(server.pid, force)
            server.wait(timeout=5)
