"""The page of `try`: for whoever has its token and comes from it, and text is text on it."""

import asyncio
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from promptlab import Choose, Dataset, Direct, Example, Experiment, First, Question, Scripted, Task
from promptlab import SelfConsistency as Voting
from promptlab.hearing import hears
from promptlab.ordering.similar_last import SimilarLast
from promptlab.playground.answers import Variant, scores
from promptlab.playground.app import HERE, MOST, application
from promptlab.playground.stream import pieces

TASK = Task(answer="label", labels=("yes", "no"))
POOL = (Example(Question("p", "Is 3 odd?"), "yes"), Example(Question("q", "Is 4 odd?"), "no"))
TOKEN, PORT = "right-token", 8123
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} </textarea></pre> \x1b[31m 猫 ${x}"


@pytest.fixture
def app(tmp_path):
    direct = Direct(TASK)
    strategies = {
        "direct": direct,
        "choose <b>": Choose(TASK),
        "vote": Voting(direct, samples=3, task=TASK),
    }
    variants = [
        Variant(
            name,
            Experiment(
                dataset=Dataset("odd", TASK, POOL, POOL),
                selection=First(1),
                ordering=SimilarLast(),
                strategy=strategy,
                model=Scripted(["yes", "no", "yes <i>"]),
                metric={},
                folder=tmp_path / name[:4],
            ),
        )
        for name, strategy in strategies.items()
    ]
    return application(variants, TOKEN, PORT)


def asked(app, *, token=TOKEN, host=f"127.0.0.1:{PORT}", origin=None, body=None, **fields):
    headers = {"host": host} | ({"origin": origin} if origin else {})

    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            if not fields and body is None:
                return await client.get("/", params={"token": token}, headers=headers)
            data = body or {"token": token, **fields}
            return await client.post("/", data=data, headers=headers)

    return asyncio.run(ask())


class Texts(HTMLParser):
    """What stands in the elements of a page, and the elements that there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        assert not {name for name, _ in attrs if name.startswith("on") or name in ("src", "href")}

    def handle_data(self, data):
        self.text += data


def test_every_variant_shows_its_prompt_its_reply_and_its_votes(app) -> None:
    page = Texts(asked(app, question="Is 5 odd?").text)
    for name in ("direct", "choose <b>", "vote"):
        assert name in page.text
    assert page.text.count("Q: Is 3 odd?\nA: yes\n\nQ: Is 5 odd?\nA:") == 5
    assert page.text.count("Log-probabilities") == 1
    assert "Votes" in page.text
    assert "1 demonstrations" in page.text


def test_texts_are_shown_as_they_stand_and_are_no_markup(app) -> None:
    reply = asked(app, question=HOSTILE, context=HOSTILE, choices="a\n<b>")
    page = Texts(reply.text)
    assert HOSTILE.replace("\x1b", "\\x1b") in page.text
    assert "\x1b" not in reply.text
    assert not page.elements & {"script", "img", "b", "i", "iframe", "link"}
    assert "yes <i>" in unescape(reply.text)


def test_the_page_asks_nothing_of_any_other_place(app) -> None:
    reply = asked(app)
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert "://" not in reply.text
    assert Texts(reply.text).elements >= {"form", "textarea", "button"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"token": "wrong-token"},
        {"token": "ключ"},
        {"host": "evil.example"},
        {"host": f"evil.example:{PORT}"},
        {"host": "127.0.0.1:1"},
        {"origin": "http://evil.example"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": "null"},
    ],
    ids=repr,
)
@pytest.mark.parametrize("fields", [{}, {"question": "Is 5 odd?"}], ids=["get", "post"])
def test_nobody_else_is_answered(app, wrong, fields) -> None:
    reply = asked(app, **wrong, **fields)
    assert reply.status_code == 403
    assert "Is 3 odd?" not in reply.text


@pytest.mark.parametrize("host", [f"127.0.0.1:{PORT}", f"localhost:{PORT}"])
def test_the_page_itself_may_ask(app, host) -> None:
    reply = asked(app, host=host, origin=f"http://{host}", question="Is 5 odd?")
    assert reply.status_code == 200


def test_a_form_that_is_too_large_or_empty_asks_nobody(app) -> None:
    assert asked(app, question="x" * MOST).status_code == 403
    assert "Votes" not in asked(app, question="  ").text


def test_a_variant_that_cannot_answer_leaves_the_others(tmp_path) -> None:
    def down(request):
        raise ConnectionError("nobody <there>")

    def variant(name, reply):
        parts = {
            "dataset": Dataset("odd", TASK, POOL, POOL),
            "selection": First(1),
            "ordering": SimilarLast(),
            "strategy": Direct(TASK),
            "metric": {},
        }
        return Variant(name, Experiment(**parts, model=Scripted(reply), folder=tmp_path / name))

    app = application([variant("down", down), variant("up", "yes")], TOKEN, PORT)
    page = Texts(asked(app, question="Is 5 odd?").text)
    assert "ConnectionError: nobody <there>" in page.text
    assert "Q: Is 5 odd?" in page.text


def test_shares_are_those_of_the_probabilities() -> None:
    rows = scores(("a", "b", "c"), (-2.0, -1.0, float("-inf")))
    assert [text for text, _, _ in rows] == ["b", "a", "c"]
    assert [share for _, _, share in rows] == pytest.approx([0.7311, 0.2689, 0], abs=1e-4)


@dataclass(frozen=True)
class Slow(Scripted):
    """Says its reply bit by bit, to whoever listens."""

    def answer(self, requests):
        (reply,) = replies = super().answer(requests)
        for end in (2, 3, len(reply.text)):
            hears()(requests[0], reply.text[:end])
        return replies


def test_a_reply_comes_as_it_is_written_and_then_the_whole_answer(tmp_path) -> None:
    experiment = Experiment(
        dataset=Dataset("odd", TASK, POOL, POOL),
        selection=First(1),
        ordering=SimilarLast(),
        strategy=Direct(TASK),
        model=Slow(["<i> yes \ufffd"]),
        metric={},
        folder=tmp_path,
    )
    found = list(pieces([Variant("one", experiment)], Question("", "Is 5 odd?")))
    assert found[:4] == [None, "<i", ">", " yes "]
    assert found[4]["answer"].text == "yes"
    text = asked(application([Variant("one", experiment)], TOKEN, PORT), question="?").text
    assert '<pre class="writing">&lt;i&gt; yes </pre>\n<section>' in text


def test_what_is_typed_cannot_be_where_the_answers_come(app) -> None:
    text = asked(app, question=HERE + "</textarea>").text
    assert text.index("</form>") < text.index("<section>")
