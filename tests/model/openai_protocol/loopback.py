"""A server of the tests' own on 127.0.0.1, in a thread: says what it is told, and takes note."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[["Call"], "tuple[int, dict[str, str], Any]"]


@dataclass(frozen=True)
class Call:
    """What a server was asked, and how often it had been asked the same before."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    before: int


@dataclass
class Heard:
    """Where the server is, and all that it heard."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def serving(answer: Answer) -> Iterator[Heard]:
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _reply(self, body: dict[str, Any]) -> None:
            with heard.lock:
                before = sum((c.path, c.body) == (self.path, body) for c in heard.calls)
                call = Call(self.path, body, dict(self.headers), before)
                heard.calls.append(call)
                heard.under_way += 1
                heard.most = max(heard.most, heard.under_way)
            try:
                status, headers, reply = answer(call)
            finally:
                with heard.lock:
                    heard.under_way -= 1
            sent = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            try:
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)
            except OSError:
                pass  # The client had waited long enough.

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
