"""Whatever is shown is there to be read, and does nothing."""

import html
import re

from hostile import FUZZED, texts
from hypothesis import given
from markdown_it import MarkdownIt

from promptlab.report.html.template import rendered, templates
from promptlab.text.escaping import code, fenced, in_latex, in_line, in_markdown, visible

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PARAGRAPH = templates().from_string("<p>{{ text }}</p>")


def paragraph(text: str) -> str:
    return rendered(PARAGRAPH, text=text)


@FUZZED
@given(text=texts)
def test_nothing_that_is_shown_is_obeyed(text: str) -> None:
    for said in (
        visible(text),
        in_line(text),
        fenced(text),
        in_markdown(text),
        in_latex(text),
        paragraph(text),
    ):
        assert not OBEYED.search(said)
        said.encode()
    assert "\n" not in in_line(text)


@FUZZED
@given(text=texts)
def test_markdown_and_a_page_show_what_a_terminal_shows(text: str) -> None:
    line = in_line(text)
    around = PAGE.render(f"| a |\n| --- |\n| x{in_markdown(text)}x |")
    assert html.unescape(around).split("<td>")[1].split("</td>\n</tr>")[0] == f"x{line}x"
    assert html.unescape(paragraph(text)) == f"<p>{visible(text)}</p>"
    (token,) = PAGE.parse(fenced(text))
    assert token.content == f"{visible(text)}\n"


@FUZZED
@given(text=texts)
def test_code_shows_what_a_terminal_shows(text: str) -> None:
    line = in_line(text)
    if line:
        assert html.unescape(PAGE.render(code(text))) == f"<p><code>{line}</code></p>\n"
