"""Any server that speaks OpenAI's protocol: vLLM, SGLang, llama.cpp, Ollama, OpenAI itself.

Plain text goes to /completions, chat turns to /chat/completions, where the server's own template is
applied. With `tokenizer`, turns are written out here by the same code as for a local model, and
go to /completions as text: what is asked is then exactly what `show` prints, replies can be begun
for the model wherever text can be continued, and chat prompts can be scored.

Words such as `<|im_end|>` in a message are read by most servers as the tokens that they name, so
that a question can end its own turn. With `tokenizer`, a prompt with such words is sent as token
ids, in which they are text (vLLM, SGLang, llama.cpp and OpenAI take ids at /completions). Without,
nothing in the protocol can say so: it is warned of, once.

Servers sample with more than OpenAI's parameters: vLLM takes defaults from the model's
generation_config.json, llama.cpp has top_k 40 and min_p 0.05. `extra` pins them.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_args
from urllib.parse import urlsplit

from promptlab.model.price import UNPRICED, Price
from promptlab.model.server import wire
from promptlab.model.server.forms import Structured
from promptlab.protocols import Preview
from promptlab.types import ModelReply, ModelRequest, Prompt


@dataclass(frozen=True)
class OpenAI:
    """Ask a server; the key comes from the environment and is written nowhere.

    Attributes:
        name: The model's name on the server.
        url: The base URL, which mostly ends in `/v1`.
        key_variable: The environment variable that holds the key; where it is not set, none is
            sent, and local servers want none.
        tokenizer: The model's tokenizer on the Hugging Face hub or in a folder: writes chat turns
            out here, keeps their messages from being read as markup, counts tokens, finds where a
            continuation begins. Empty: the server does.
        revision: Which weights the server has, for the record and the cache; no server tells.
        concurrency: Most requests under way at once.
        retries: How often a request is repeated after a failed connection, a timeout, 429 or 5xx.
        timeout: Seconds that one attempt may take.
        deadline: Seconds that one request may take with all its attempts.
        logprobs: Whether to ask for the completions' log-probabilities.
        structured: How the server is told what a reply must be (`output=`): by `response_format`,
            which knows JSON alone; by `vllm`'s own field, which knows every form; or not (`none`).
        extra: More fields for every request's body, where a server has more than OpenAI.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    name: str
    url: str = "http://127.0.0.1:8000/v1"
    key_variable: str = "OPENAI_API_KEY"
    tokenizer: str = ""
    revision: str = ""
    concurrency: int = 8
    retries: int = 6
    timeout: float = 120.0
    deadline: float = 900.0
    logprobs: bool = True
    structured: Structured = "response_format"
    extra: Mapping[str, Any] | None = field(default=None, hash=False)
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check the settings, and refuse secrets where they would be recorded."""
        object.__setattr__(self, "url", _checked_url(self.url))
        object.__setattr__(self, "extra", dict(self.extra) if self.extra else None)
        if not self.name:
            raise ValueError("model.name is empty; expected the model's name on the server")
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", self.key_variable):
            raise ValueError(
                "model.key_variable is not the name of an environment variable; expected a name "
                "such as OPENAI_API_KEY, never a key itself: it would be recorded"
            )
        if self.structured not in get_args(Structured):
            raise ValueError(
                f"model.structured is {self.structured!r}; expected one of "
                f"{', '.join(get_args(Structured))}"
            )
        if self.concurrency < 1 or self.retries < 0:
            raise ValueError(
                f"model.concurrency is {self.concurrency} and model.retries is {self.retries}; "
                "expected at least 1, and at least 0"
            )
        if self.timeout <= 0 or self.deadline <= 0:
            raise ValueError(
                f"model.timeout is {self.timeout} and model.deadline is {self.deadline}; expected "
                "more than 0 seconds"
            )

    @property
    def identity(self) -> Mapping[str, str]:
        """What is known without asking the server, which says little of what it runs."""
        identity = {
            "backend": "openai",
            "server": self.url,
            "name": self.name,
            "revision": self.revision,
            "tokenizer": self._fingerprint(),
            "extra": json.dumps(self.extra, sort_keys=True) if self.extra else "",
        }
        return {key: value for key, value in identity.items() if value}

    def preview(self, prompt: Prompt) -> Preview:
        """Show the prompt; without `tokenizer` as it is sent, before the server's own template."""
        if not self.tokenizer:
            wire.path(prompt)
            return Preview(prompt.text, None)
        from promptlab.engine.tokens.rendering import render, written  # noqa: PLC0415  heavy

        shown = written(self.vocabulary, render(self.vocabulary, prompt))
        return Preview(shown, len(self.token_ids(prompt) or ()))

    def token_ids(self, prompt: Prompt) -> Sequence[int] | None:
        """The tokens that the model reads; None where only the server knows."""
        if not self.tokenizer:
            return None
        from promptlab.engine.tokens.rendering import ids_of  # noqa: PLC0415  heavy

        return ids_of(self.vocabulary, prompt)

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Ask for everything at once, `concurrency` at a time; also from a running event loop.

        Raises:
            ContextOverflow: a prompt is longer than the model's window.
            CannotScore: the server gives no log-probabilities of a prompt.
            PermissionError: the key is missing or not accepted.
            TimeoutError: no answer in time.
            ConnectionError: nothing answers, or the server kept failing.
            ValueError: the model or the path is unknown there, or a reply makes no sense.
        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self.answer_async(requests))
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self.answer_async(requests)).result()

    async def answer_async(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """`answer` for a program inside an event loop (`solve_async`); raises the same."""
        if not requests:
            return []
        from promptlab.model.server.client import ask  # noqa: PLC0415  heavy

        return await ask(self, requests)

    @cached_property
    def vocabulary(self) -> Any:
        """The tokenizer itself.

        Raises:
            FileNotFoundError: there is none of this name.
        """
        from promptlab.model.loading import load_tokenizer  # noqa: PLC0415  heavy

        return load_tokenizer(self.tokenizer, None, False)

    def _fingerprint(self) -> str:
        if not self.tokenizer:
            return ""
        from promptlab.model.fingerprint import of_tokenizer  # noqa: PLC0415  heavy

        return of_tokenizer(self.vocabulary)


def _checked_url(url: str) -> str:
    """The URL with no slash at its end; refused, and not repeated, where it may hold a secret."""
    try:
        parts = urlsplit(url)
        bare = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # no address of a machine; the error would repeat it
        bare = False
    if not bare:
        given = repr(url) if re.fullmatch(r"[\w.:/-]{0,80}", url) else "no base URL"
        raise ValueError(
            f"model.url is {given}; expected a server's base URL, such as http://127.0.0.1:8000/v1"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(
            f"model.url for {parts.hostname} holds a user, a password or parameters, which would "
            "be recorded; expected a bare base URL: put the key into the environment variable "
            "that model.key_variable names"
        )
    return url.rstrip("/")
