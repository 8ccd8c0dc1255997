"""Open a page on this machine: one question of your own, all variants of a prompt side by side."""

import argparse
import secrets
import signal
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from promptlab.cli.config.compose import (
    OWN_YAML,
    add_search_path,
    build,
    compose,
    variant_name,
    variants,
)
from promptlab.playground.answers import Variant
from promptlab.text.escaping import in_line

LOOPBACK = "127.0.0.1"


def try_out(arguments: Sequence[str]) -> None:
    """Serve the page until interrupted."""
    options = _options(arguments)
    overrides = add_search_path(options.overrides, options.config_dir)
    with (
        tempfile.TemporaryDirectory(prefix="promptlab-try-") as folder,
        _socket(options.port) as listening,
    ):
        port, token = listening.getsockname()[1], secrets.token_urlsafe(16)
        asked = list(_variants(overrides, Path(folder)))
        _serve(asked, token, port, listening)


def _variants(overrides: Sequence[str], folder: Path) -> list[Variant]:
    """Make every variant that the overrides describe; what one asks in its fit is kept apart."""
    made = []
    for number, each in enumerate(variants(overrides)):
        cfg = compose(each)
        name = str(cfg.name or variant_name(each, overrides))
        made.append(Variant(name, replace(build(cfg), folder=folder / str(number))))
    return made


def _serve(asked: Sequence[Variant], token: str, port: int, listening: socket.socket) -> None:
    import uvicorn  # noqa: PLC0415  commands start without it

    from promptlab.playground.app import application  # noqa: PLC0415  starlette

    console = Console(highlight=False, emoji=False)
    for variant in asked:
        console.print(Text(in_line(variant.name), "dim"))
    console.print(Text(f"Open http://{LOOPBACK}:{port}/?token={token}"), soft_wrap=True)
    app = application(asked, token, port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the folder must not stay
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return


def _socket(port: int) -> socket.socket:
    """Take a port of the loopback; of the machine's other addresses none."""
    listening = socket.socket()
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise OSError(f"port {port} is taken ({error.strerror}); say --port 0 for any") from error
    return listening


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("promptlab try", description=__doc__)
    parser.add_argument("overrides", nargs="*", help="as for a run: strategy=a,b selection=…")
    parser.add_argument("-m", "--multirun", action="store_true", help="may be said, as for a run")
    parser.add_argument("--port", type=int, default=0, help="port of 127.0.0.1 (any)")
    parser.add_argument("--config-dir", default="", help=OWN_YAML)
    return parser.parse_intermixed_args(arguments)
