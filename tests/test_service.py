"""The service in one file is asked fifty questions at once, as it stands."""

import asyncio
import runpy
import sys
from pathlib import Path

import httpx
import pytest

sys.path.append(str(Path(__file__).parent / "export"))

from runs import run, write_data

from promptlab import Scripted
from promptlab.export.write import write

SERVICE = Path(__file__).parents[1] / "examples" / "service.py"
AT_ONCE = 50


@pytest.fixture(scope="module")
def winner(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    run(folder / "run", write_data(folder / "data"), selection="bm25", strategy="cot")
    return write(folder / "run", folder / "winner").folder


async def echo(messages: list[dict[str, str]]) -> str:
    """Answer yes where the number asked for is even, and only when others are under way."""
    await asyncio.sleep(0.01)
    number = int(messages[-1]["content"].rpartition("number ")[2].split()[0])
    return f"The answer is {'yes' if number % 2 == 0 else 'no'}."


def asked(winner: Path, model, path: str, bodies: list[dict]) -> list[httpx.Response]:
    app = runpy.run_path(str(SERVICE))["service"](winner, model)

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await asyncio.gather(*(client.post(path, json=body) for body in bodies))

    return asyncio.run(ask())


@pytest.mark.parametrize("kind", ["asynchronous", "synchronous", "model"])
def test_fifty_at_once_get_each_their_own_answer(winner, kind) -> None:
    def plain(messages):
        return asyncio.run(echo(messages))

    def scripted(request):
        return plain([{"content": request.prompt.text}])

    model = {"asynchronous": echo, "synchronous": plain, "model": Scripted(scripted)}[kind]
    bodies = [{"question": f"Is number {n} even?", "context": "It is."} for n in range(AT_ONCE)]
    replies = asked(winner, model, "/answer", bodies)
    assert [reply.status_code for reply in replies] == [200] * AT_ONCE
    assert [reply.json()["text"] for reply in replies] == ["yes", "no"] * (AT_ONCE // 2)


def test_what_is_no_question_is_refused(winner) -> None:
    bodies = [{"question": ""}, {"context": "x"}, {"question": ["a"]}]
    assert [reply.status_code for reply in asked(winner, echo, "/answer", bodies)] == [422] * 3


def test_it_says_that_it_is_well(winner) -> None:
    app = runpy.run_path(str(SERVICE))["service"](winner, echo)

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/health")

    assert asyncio.run(get()).json() == {"status": "ok", "winner": "one"}
