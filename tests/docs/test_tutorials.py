"""The tutorials' files are written, and their commands and Python run, one after another.

In the place of the embedded model, whose weights take seconds to load, stands one that is scripted.
"""

import asyncio
import re
import shlex
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from own_cache import own_cache

from promptlab.cli.main import COMMANDS, main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    folder / f"{page}.md"
    for page in ("prompts_to_service", "programs")
    for folder in (DOCS / "tutorial", DOCS / "zh" / "tutorial")
]
STEPS = re.compile(
    r"<!-- file: (?P<file>\S+) -->\n```\w*\n(?P<text>.*?)```"
    r"|<!-- run -->\n```python\n(?P<python>.*?)```"
    r"|^    (?P<command>(?:python -m promptlab|uvicorn|curl) [^\n]*)$",
    re.DOTALL | re.MULTILINE,
)


def scripted(code: str) -> str:
    return code.replace("promptlab.Embedded()", "promptlab.Scripted()")


def written(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(scripted(text), "utf-8")


def asked(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a command of the page in this process; it must end well."""
    tells = not {"data", "report", "export", "ask", "laws"} & set(words)
    told = ["model=scripted", "tracking=none"] if tells else []
    monkeypatch.setattr(sys, "argv", ["promptlab", *words, *told])
    stop = None
    try:
        main()
    except SystemExit as ended:
        stop = ended.code
    assert not stop, words


def served(words: list[str]) -> None:
    """Ask the service what the page's curl asks it."""
    names: dict[str, Any] = {"__name__": "service"}
    exec(Path("service.py").read_text("utf-8"), names)
    address = next(word for word in words if word.startswith("localhost"))
    query = words[words.index("--url-query") + 1] if "--url-query" in words else ""
    fields = dict(parse_qsl(urlsplit(f"http://{address}").query or query))
    reply = asyncio.run(posted(names["app"], fields))
    assert reply.json()["outcome"] == "parsed"


async def posted(app: Any, fields: dict[str, str]) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        return await client.post("/team", params=fields)


def ran(code: str) -> list[str]:
    """Run the page's Python; return what its comments say that it prints."""
    exec(scripted(code), {})
    return re.findall(r"print\(.*\)  # (?=[\d a-z]+$)(.*)$", code, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_tutorial_runs_from_its_first_line_to_its_last(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    own_cache(monkeypatch, tmp_path / "cache")
    for name in [name for name in sys.modules if name.partition(".")[0] == "mine"]:
        monkeypatch.delitem(sys.modules, name)
    steps = list(STEPS.finditer(page.read_text("utf-8")))
    for step in steps:
        if step["file"]:
            written(step["file"], step["text"])
        elif step["python"]:
            capsys.readouterr()
            said = ran(step["python"])
            assert set(said) <= set(capsys.readouterr().out.splitlines())
        elif step["command"].startswith("curl"):
            served(shlex.split(step["command"]))
        elif step["command"].startswith("python"):
            asked(shlex.split(step["command"])[3:], monkeypatch)
    commands = [step["command"] for step in steps if step["command"]]
    assert len(commands) > 4
    assert Path("report", "report.html").is_file()


def test_both_languages_give_the_same_commands() -> None:
    for english in PAGES[::2]:
        pages = (english, DOCS / "zh" / english.relative_to(DOCS))
        commands = [
            [step["command"] for step in STEPS.finditer(page.read_text("utf-8"))] for page in pages
        ]
        differing = [pair for pair in zip(*commands, strict=True) if pair[0] != pair[1]]
        assert all("ask winner" in one or one.startswith("curl") for one, _ in differing if one)


def test_every_command_that_is_named_exists() -> None:
    pages = DOCS.glob("**/*.md")
    named = {
        name
        for page in pages
        for name in re.findall(r"^    python -m promptlab ([a-z_]+)(?: |$)", page.read_text(), re.M)
    }
    assert named <= set(COMMANDS)
