r"""Text that is data, as a person is shown it: what cannot be seen is written out, never obeyed.

A terminal obeys control characters (one sequence of them writes the clipboard), and whatever shows
text obeys the marks that turn its direction. They are written as Python writes them: `\x1b`,
`\r`, `\u202e`, `\ud800`. What is a markup's own is escaped likewise, so that nothing is read in a
text but the text. Records keep texts as they are.
"""

import html
import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for the tab and the end of a line
    "\u2028\u2029"  # ends of a line and of a paragraph, which break a table's row
    "\u202a-\u202e\u2066-\u206f"  # direction turned: what is read is not what is there
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # no characters: no file and no page may hold them
)
_MARKUP = re.compile(r"[\\`*_{}\[\]#|~<>&$@]|:(?=[\w+-]+:|//)")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "$": "&#36;", "@": "&#64;", ":": "&#58;"}
"""Not every reader of Markdown knows these behind a backslash; all of them know entities."""
_LATEX = re.compile(r"""[\\{}#$%&_~^<>|"`\[\]*]|-(?=-)|'(?=')|,(?=,)""")
_COMMANDS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"{\char34}",
    "`": r"{\char96}",
    **{letter: f"\\{letter}" for letter in "{}#$%&_"},
    **{letter: f"{{{letter}}}" for letter in "[]*"},  # read by the end of the row before
    **{letter: f"{letter}{{}}" for letter in "-',"},  # two of them are drawn as one
}
_BEGINNING = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")


def visible(text: str) -> str:
    """Write out what cannot be seen; the tab and the end of a line stay."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def in_line(text: str) -> str:
    """Show a text in one line: a name, a cell of a table."""
    return visible(" ".join(re.split(r"[ \t\r\n]+", text))).strip()


def in_markdown(text: str) -> str:
    """Show a text in one line, with nothing in it that Markdown or HTML would take for its own.

    That is a table's bar, an element, an entity, a link, an `:emoji:`, a formula, and what begins
    a list or underlines a heading.
    """
    line = _MARKUP.sub(lambda found: _ENTITIES.get(found[0], rf"\{found[0]}"), in_line(text))
    return _BEGINNING.sub(r"\1\\\2", line)


def as_html(text: str) -> str:
    """Show a text of several lines as it stands in HTML, with no element or entity in it."""
    return f'<pre style="white-space: pre-wrap">{html.escape(visible(text))}</pre>'


def in_latex(text: str) -> str:
    """Show a text in one line of LaTeX, with no command, formula or ligature in it."""
    return _LATEX.sub(lambda found: _COMMANDS[found[0]], in_line(text))


def fenced(text: str, language: str = "text") -> str:
    """Show a text letter for letter in Markdown, however many backquotes are in it."""
    fence = fence_around(text, 3)
    return f"{fence}{language}\n{visible(text)}\n{fence}"


def code(text: str) -> str:
    """Show a text in a line of Markdown as code, however many backquotes are in it."""
    line = in_line(text)
    fence = fence_around(line, 1)
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return f"{fence}{space}{line}{space}{fence}"


def fence_around(text: str, least: int) -> str:
    """Return more backquotes than stand together anywhere in a text."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)
