"""The page's server: for the person who started it, and for no other page in their browser.

Any page that a browser has open can send a form to a port of its own machine. So a request must
bring the token that only the terminal shows, must name this machine as its host (a name that
somebody points at 127.0.0.1 will not do), and must come from no other origin. The page itself asks
nothing of any other place, and runs no script: answers are pieces of it (`stream.py`).
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import escape
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from promptlab.playground.answers import Variant
from promptlab.playground.stream import pieces
from promptlab.text.escaping import visible
from promptlab.types import Question

MOST = 200_000
"""Bytes of a question with all that belongs to it."""
HERE = "\ufdd0answers\ufdd0"
"""Stands in the page where the answers come, after all that was typed."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with none, a browser hides its own origin, too
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def application(variants: Sequence[Variant], token: str, port: int) -> Starlette:
    """Make the page's server.

    Args:
        variants: Who is asked.
        token: What every request must bring.
        port: Where it listens on 127.0.0.1.
    """
    page = partial(_page, variants, token)

    async def show(request: Request) -> Response:
        return _refusal(request, request.query_params.get("token", ""), token, port) or page()

    async def ask(request: Request) -> Response:
        fields = await _fields(request)
        refusal = _refusal(request, fields.get("token", ""), token, port)
        if refusal or not fields.get("question", "").strip():
            return refusal or page()
        return page(fields)

    return Starlette(routes=[Route("/", show, methods=["GET"]), Route("/", ask, methods=["POST"])])


def _refusal(request: Request, given: str, token: str, port: int) -> Response | None:
    """Refuse whoever is not the person at the terminal."""
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    origin = request.headers.get("origin")
    ours = origin is None or origin in {f"http://{host}" for host in hosts}
    if (
        request.headers.get("host") in hosts
        and ours
        and secrets.compare_digest(given.encode(), token.encode())
    ):
        return None
    said = "Open the address that the terminal shows, with its token."
    return PlainTextResponse(said, 403, headers=HEADERS)


async def _fields(request: Request) -> dict[str, str]:
    """Read a form, if it is no larger than a question is."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1].replace("\r\n", "\n") for name, values in fields.items()}


def _page(
    variants: Sequence[Variant], token: str, fields: dict[str, str] | None = None
) -> StreamingResponse:
    """Show the form; and, where a question was asked, what every variant says."""
    fields = fields or {}
    asked = Question(
        "",
        fields.get("question", ""),
        tuple(line for line in fields.get("choices", "").splitlines() if line.strip()),
        fields.get("context", ""),
    )
    page = _template("page.html.jinja").render(
        asked=asked, names=[each.name for each in variants], token=token, here=HERE
    )
    return StreamingResponse(
        _written(page, pieces(variants, asked) if asked.text.strip() else ()),
        media_type="text/html",
        headers=HEADERS,
    )


def _written(page: str, answers: Iterable[str | dict[str, Any] | None]) -> Iterator[str]:
    """Write the page: all of it that is known, each answer as it comes, and the rest."""
    before, _, after = page.rpartition(HERE)
    yield visible(before)
    for each in answers:
        if each is None:
            yield '<pre class="writing">'
        elif isinstance(each, str):
            yield visible(str(escape(each)))
        else:
            yield "</pre>\n" + visible(_template("variant.html.jinja").render(each=each))
    yield visible(after)


@cache
def _template(name: str) -> Any:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(_own),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _own(name: str) -> str:
    return (files("promptlab.playground") / name).read_text("utf-8")
