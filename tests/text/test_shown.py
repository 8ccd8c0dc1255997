"""What is shown is what is there: nothing is obeyed, and nothing is read as markup."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from promptlab.text.escaping import code, fenced, in_latex, in_line, in_markdown, visible

MARKUP = [
    ":smile: [/INST] [bold]x[/bold]",
    "<img src=x onerror=alert(1)> <!-- a --> </td>",
    "&lt; &amp; &#27; AT&T",
    "[a](javascript:b) ![c](d) https://e.f www.g.h <i@j.k>",
    r"a|b a\|b \` ``c`` *d* _e_ ~~f~~ ==g== $h$ #1 @me",
    "1. one",
    "- one",
    "+ one",
    "---",
    "===",
    "# one",
    "> one",
    "-5",
    "１２：３０，“是”",
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;QUJD\x07", r"\x1b]52;c;QUJD\x07"),
        ("a\x00b\x7fc\x9bd", r"a\x00b\x7fc\x9bd"),
        ("a\u202eb\u2066c\u2069", r"a\u202eb\u2066c\u2069"),
        ("a\u2028b\u2029c\x85", r"a\u2028b\u2029c\x85"),
        ("a\ud83d", r"a\ud83d"),
        ("a\rb\r\n", "a\\rb\\r\n"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text, shown) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize("text", ["a\tb\nc", "天气：晴　１２", "👩‍👩‍👧 é ﷺ שלום", r"\frac{1}{2}"])
def test_what_can_be_seen_is_left_as_it_is(text) -> None:
    assert visible(text) == text


def test_a_line_is_one_line() -> None:
    assert in_line(" a\r\n\tb\u2028c ") == r"a b\u2028c"


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("around", ["{}", "- {}", "**x**: {}", "| a |\n| --- |\n| {} |"])
def test_markdown_shows_a_text_as_it_stands(text, around) -> None:
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    wanted = MarkdownIt("commonmark").enable("table").render(around.format("HERE"))
    shown = page.render(around.format(in_markdown(text)))
    assert html.unescape(shown) == html.unescape(wanted).replace("HERE", text)
    # What is no part of CommonMark: other readers take it for emoji, links, formulas, people.
    assert not re.search(r":\w+:|\w://|\$|@", in_markdown(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"\input{a}", r"\textbackslash{}input\{a\}"),
        ("50% of $x_1^2$ & #3 ~", r"50\% of \$x\_1\textasciicircum{}2\$ \& \#3 \textasciitilde{}"),
        ("[1]*<a|b>", r"{[}1{]}{*}\textless{}a\textbar{}b\textgreater{}"),
        ("""--- '' ,, `"a""", r"""-{}-{}- '{}' ,{}, {\char96}{\char34}a"""),
        ("few-shot，近邻\n\x1b", r"few-shot，近邻 \textbackslash{}x1b"),
    ],
)
def test_latex_shows_a_text_as_it_stands(text, shown) -> None:
    assert in_latex(text) == shown


@pytest.mark.parametrize("text", ["```\n</pre>", "`", "a````b"])
def test_a_fence_is_longer_than_any_in_it(text) -> None:
    (token,) = MarkdownIt().parse(fenced(text))
    assert token.content == f"{text}\n"


@pytest.mark.parametrize("text", ["a", "`", "a``b", "``` `"])
def test_code_in_a_line_is_shown_letter_for_letter(text) -> None:
    assert MarkdownIt().render(code(text)) == f"<p><code>{text}</code></p>\n"
