"""A connection to an OpenAI-compatible server: bounded, patient, and plain about what went wrong.

Retries are the `openai` client's own: connection errors, timeouts, 408, 409, 429 and 5xx are asked
again after 0.5 s, 1 s, 2 s … 8 s with jitter, or after the server's own Retry-After (up to two
minutes); nothing else is. The key is read from the environment when a connection opens, and no
message ever holds it.
"""

import asyncio
import json
import os
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
import openai

from promptlab.engine.tokens.wellformed import wellformed
from promptlab.model.server.overflow import overflow
from promptlab.model.server.secret import Secret
from promptlab.model.server.stream import HearText, whole
from promptlab.types import RequestFailed, Timing


class Json(dict[str, Any]):
    """A JSON object that a server replied with, and how long that took."""

    timing: Timing | None = None


Post: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[Json]]

UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError)
"""What reading a reply that is no JSON ends in."""

PACKED = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that speak of a body as it came."""

CONNECT = 4.0
"""Seconds to wait for a connection, before trying again and saying so."""

WORDS = 400
"""Characters of a server's own words that are passed on: a refusal may repeat the whole prompt."""


class RefusedError(ValueError):
    """The server understood what it was asked, and will not answer."""


class RequestRefused(RefusedError, RequestFailed):  # noqa: N818  as its parent has it
    """It will not answer this request; it may answer others."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and how patiently it is asked.

    Attributes:
        url: The base URL, with no `/` at its end.
        name: The model that is asked for.
        key_variable: The environment variable that holds the key.
        concurrency: Most requests under way at once.
        retries: How often a request is repeated.
        timeout: Seconds that one attempt may take.
        deadline: Seconds that one request may take with all its attempts.
    """

    url: str
    name: str
    key_variable: str
    concurrency: int
    retries: int
    timeout: float
    deadline: float

    @property
    def key(self) -> str:
        """The key; empty where there is none.

        Raises:
            PermissionError: it cannot stand in the header of a request.
        """
        key = os.environ.get(self.key_variable, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise PermissionError(
                f"the key in the environment variable {self.key_variable} has a character that no "
                "request can hold; expected printable ASCII: was it copied whole, and nothing else?"
            )
        return key

    def told(self, words: object) -> str:
        """Another's words without the key, shortened to one line."""
        return " ".join(Secret(self.key).out_of(str(words)).split())[:WORDS]


class Door(openai.DefaultAsyncHttpxClient):
    """Where all that a server says comes in, and a secret does not."""

    def __init__(self, secret: Secret, hear: HearText | None = None) -> None:
        # A hook sees where a redirection leads before anybody follows it.
        super().__init__(event_hooks={"response": [self._enter]})
        self._secret, self._hear = secret, hear

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request; the reply's headers and body are without the secret."""
        try:
            return await self._sent(request, **options)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            self._say_down(request, error)
            raise

    def _say_down(self, request: httpx.Request, error: Exception) -> None:
        """Say at once that nobody answers: what follows are minutes of trying again."""
        why = " ".join(self._secret.out_of(str(error) or type(error).__name__).split())[:WORDS]
        port = "" if request.url.port is None else f":{request.url.port}"
        warnings.warn(
            f"nothing answers at {request.url.host}{port} ({why}); trying again. Start the server, "
            "or stop with Ctrl-C: what was answered is kept",
            RuntimeWarning,
            stacklevel=2,
        )

    async def _sent(self, request: httpx.Request, **options: Any) -> httpx.Response:
        if self._hear is not None:
            return await self._streamed(request, options)
        reply = await super().send(request, **options)
        content = self._secret.out_of_body(await reply.aread(), reply.text)
        return self._replied(reply, content)

    async def _streamed(self, request: httpx.Request, options: Mapping[str, Any]) -> httpx.Response:
        """Send a request whose reply may come in pieces; put it together as one."""
        reply = await super().send(request, **{**options, "stream": True})
        if not reply.headers.get("content-type", "").startswith("text/event-stream"):
            content = self._secret.out_of_body(await reply.aread(), reply.text)
            return self._replied(reply, content)
        try:
            told = self._secret.out_of_json(await whole(reply.aiter_lines(), self._told))
            content = json.dumps(told).encode()
        except json.JSONDecodeError as error:
            content = self._secret.out_of(error.doc).encode("utf-8", "replace")
        finally:
            await reply.aclose()
        made = self._replied(reply, content)
        made.headers["content-type"] = "application/json"
        return made

    def _told(self, text: str) -> None:
        """Let whoever listens hear a reply so far, without the secret."""
        if self._hear is not None:
            self._hear(self._secret.out_of(text))

    @staticmethod
    def _replied(reply: httpx.Response, content: bytes) -> httpx.Response:
        headers = [each for each in reply.headers.multi_items() if each[0] not in PACKED]
        return httpx.Response(
            reply.status_code, headers=headers, content=content, request=reply.request
        )

    async def _enter(self, reply: httpx.Response) -> None:
        hidden = self._secret.out_of
        told = [(hidden(name), hidden(value)) for name, value in reply.headers.multi_items()]
        reply.headers = httpx.Headers(told)


@asynccontextmanager
async def connected(address: Address, hear: HearText | None = None) -> AsyncIterator[Post]:
    """Open a connection; what it gives sends a JSON body to a path and returns the JSON reply.

    Args:
        address: Where to, and how patiently.
        hear: Told the text of a reply that comes in pieces.

    Sending raises:
        ContextOverflow: a prompt is longer than the model's window.
        RefusedError: the server will not answer this request, or has no such path.
        PermissionError: the key is missing or not accepted.
        TimeoutError: no answer in time.
        ConnectionError: nothing answers, or the server kept failing.
        ValueError: the model is unknown there, or the reply is not a JSON object.
    """
    client = openai.AsyncOpenAI(
        base_url=address.url,
        # Local servers ask for no key, but the client does.
        api_key=address.key or "none",
        max_retries=address.retries,
        timeout=httpx.Timeout(address.timeout, connect=min(CONNECT, address.timeout)),
        http_client=Door(Secret(address.key), hear),
    )
    gate = asyncio.Semaphore(address.concurrency)

    async def post(path: str, body: Mapping[str, Any]) -> Json:
        try:
            async with gate, asyncio.timeout(address.deadline):
                started, before = time.time(), time.perf_counter()
                reply = _object(await client.post(path, cast_to=object, body=_sent(body)))
                reply.timing = Timing(started, time.perf_counter() - before)
                return reply
        except openai.APIStatusError as error:
            problem = await _explained(client, address, path, error)
        except (openai.APIConnectionError, TimeoutError, *UNREADABLE) as error:
            problem = _silence(address, path, error)
        # The client's error knows the request's headers, and with them the key: left behind.
        raise problem from None

    async with client:
        yield post


def _sent(value: Any) -> Any:
    """A body in which every text can be written as UTF-8."""
    if isinstance(value, Mapping):
        return {wellformed(name): _sent(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sent(each) for each in value]
    return wellformed(value) if isinstance(value, str) else value


def _object(reply: object) -> Json:
    """Check that the reply is a JSON object."""
    if not isinstance(reply, dict):
        raise json.JSONDecodeError("not an object", str(reply), 0)
    return Json(reply)


def _silence(address: Address, path: str, error: Exception) -> Exception:
    """Explain why there was no reply to speak of."""
    asked = f"{address.url}{path} (model {address.name!r})"
    if isinstance(error, openai.APITimeoutError):
        return TimeoutError(
            f"{asked} did not answer within {address.timeout:g} s, {address.retries + 1} times; "
            "raise model.timeout, or lower model.concurrency"
        )
    if isinstance(error, TimeoutError):
        return TimeoutError(
            f"{asked} gave no answer within {address.deadline:g} s, retries included; raise "
            "model.deadline, or lower model.concurrency"
        )
    if isinstance(error, UNREADABLE):
        given = address.told(error.doc if isinstance(error, json.JSONDecodeError) else error)
        return ValueError(f"{asked} answered with {given!r}; expected a JSON object")
    why = address.told(error.__cause__ or error)
    return ConnectionError(
        f"nothing answers at {asked}: {why}; start the server (`vllm serve {address.name}`, "
        "say), or set model.url to where it listens"
    )


async def _explained(
    client: openai.AsyncOpenAI, address: Address, path: str, error: openai.APIStatusError
) -> Exception:
    """Explain a reply that is an error."""
    code, words = error.status_code, address.told(_words(error))
    said = f"{address.url}{path} (model {address.name!r}) said {code}: {words}"
    if code in (401, 403):
        return _no_entry(address, said)
    if code == 429 or code >= 500:
        return _exhausted(address, said, error)
    if too_long := overflow(error.body, words):
        return too_long
    if code == 404 or "model" in words.casefold():
        known = await _models(client)
        if known and address.name not in known:
            return ValueError(
                f"{said}; it has {address.told(', '.join(known))}: set model.name to one of these"
            )
    return RefusedError(f"{said}; {_missing(path)}") if code in (404, 405) else RequestRefused(said)


def _no_entry(address: Address, said: str) -> Exception:
    state = "was not accepted" if address.key else "is not set"
    return PermissionError(
        f"{said}; the key is read from the environment variable {address.key_variable}, which "
        f"{state}: export it, or name another variable with model.key_variable"
    )


def _exhausted(address: Address, said: str, error: openai.APIStatusError) -> Exception:
    """What could have been answered another time."""
    after = error.response.headers.get("retry-after")
    wait = f" (it says: retry after {address.told(after)})" if after else ""
    todo = "lower model.concurrency" if error.status_code == 429 else "see the server's own log"
    return ConnectionError(f"{said}{wait}, at most {address.retries + 1} times; {todo}")


def _missing(path: str) -> str:
    """What to do without a path."""
    if path == "/completions":
        return (
            "it does not continue plain text: ask in chat turns, template=chat_v1 (and does "
            "model.url end as the server's documentation says, in /v1 mostly?)"
        )
    return (
        "it does not take chat turns: use template=qa_v1, or set model.tokenizer to have turns "
        "written out here (and does model.url end in /v1, as most servers' do?)"
    )


def _words(error: openai.APIStatusError) -> str:
    """The server's own words, from whichever field it puts them into."""
    body: Any = error.body
    for field in ("error", "message", "detail"):
        body = body.get(field, body) if isinstance(body, dict) else body
    return str(body or error.response.text)


async def _models(client: openai.AsyncOpenAI) -> list[str]:
    """The names that the server offers; none where it does not say."""
    try:
        listed = await client.get(
            "/models", cast_to=object, options={"max_retries": 0, "timeout": 5.0}
        )
        return sorted(str(model["id"]) for model in _object(listed)["data"])
    except (openai.APIError, ValueError, KeyError, TypeError):
        return []
