"""The page: one self-contained HTML file, which asks nothing of any other place."""

from collections.abc import Sequence
from importlib.resources import files

from promptlab.report.data.example_matrix import arrange
from promptlab.report.data.outcome import KINDS
from promptlab.report.data.side_by_side import end_cut
from promptlab.report.data.summary import summary
from promptlab.report.data.sweep import Sweep
from promptlab.report.figures.forest import SHOWN, forest
from promptlab.report.figures.heat_map import heat_maps
from promptlab.report.figures.scatter import scatter
from promptlab.report.html.audit_view import audit_view
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.html.matrix_view import matrix_view
from promptlab.report.html.pair_view import pair_view
from promptlab.report.html.sensitivity_view import sensitivity_view
from promptlab.report.html.tables import cost_table, ranking_table
from promptlab.report.number_format import capital

SENTENCES = 12
"""Sentences shown; the others are there to be unfolded."""


def page(sweeps: Sequence[Sweep]) -> str:
    """Write the page of one sweep, or of several."""
    title = "Leaderboard: " + ", ".join(sweep.title for sweep in sweeps)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Markup(_style())),
    )
    body = tag(
        "body",
        tag("main", [part(sweep, number) for number, sweep in enumerate(sweeps, start=1)]),
        tag("script", Markup(_own("page.js"))),
    )
    return "<!doctype html>\n" + tag("html", head, body, lang="en") + "\n"


def embedded(sweep: Sweep) -> str:
    """Write the ranking alone, to stand in another page, such as a notebook."""
    style = f"@scope (.promptlab) {{{_style()}}}"
    first, *others = summary(sweep)
    said = tag("ul", [tag("li", capital(each)) for each in others])
    lead = tag("p", tag("b", f"{first}."))
    return tag(
        "div", tag("style", Markup(style)), lead, said, ranking_table(sweep), class_="promptlab"
    )


def part(sweep: Sweep, number: int) -> Markup:
    """Write all of one sweep."""
    sections = [(title, content) for title, content in _sections(sweep) if content]
    anchors = [f"{number}-{title.lower().replace(' ', '-')}" for title, _ in sections]
    links = [
        tag("a", title, href=f"#{anchor}")
        for (title, _), anchor in zip(sections, anchors, strict=True)
    ]
    return joined(
        _heading(sweep),
        tag("nav", links),
        [
            tag("section", tag("h2", title), content, id=anchor)
            for (title, content), anchor in zip(sections, anchors, strict=True)
        ],
    )


def _sections(sweep: Sweep) -> list[tuple[str, Markup | None]]:
    return [
        ("Ranking", joined(ranking_table(sweep), _sentences(sweep))),
        ("Forest", _forest(sweep) if len(sweep.variants) > 1 else None),
        ("Pareto", _wide(scatter(sweep))),
        ("Factors", _factors(sweep)),
        ("Variance", sensitivity_view(sweep)),
        ("Examples", _examples(sweep)),
        ("Side by side", pair_view(sweep)),
        ("Outcomes", audit_view(sweep)),
        ("Costs", cost_table(sweep)),
        ("Method", _method()),
    ]


def _heading(sweep: Sweep) -> Markup:
    told = f"{len(sweep.variants):,} variants, {len(sweep.items):,} examples"
    first, *others = summary(sweep)
    notes = sweep.comparison.notes
    return tag(
        "header",
        tag("p", "promptlab leaderboard", class_="kicker"),
        tag("h1", sweep.title),
        tag(
            "p",
            told,
            f"; {', '.join(sweep.models)}" if sweep.models else None,
            class_="note",
        ),
        tag("p", f"{first}.", class_="lead"),
        tag("ul", [tag("li", capital(said)) for said in others]),
        tag(
            "details",
            tag("summary", "Notes on what was read, and what was left out"),
            tag("ul", [tag("li", note) for note in notes]),
            class_="warning",
            open=len(notes) <= 6,
        )
        if notes
        else None,
    )


def _sentences(sweep: Sweep) -> Markup | None:
    said = sweep.comparison.sentences
    if not said:
        return None
    first, rest = said[:SENTENCES], said[SENTENCES:]
    more = tag(
        "details",
        tag("summary", f"{len(rest)} more"),
        tag("ul", [tag("li", sentence) for sentence in rest]),
    )
    return joined(
        tag("h4", "In words"),
        tag("ul", [tag("li", each) for each in first]),
        more if rest else None,
    )


def _forest(sweep: Sweep) -> Markup:
    more = len(sweep.variants) - SHOWN
    return joined(
        tag(
            "p",
            "Left, each variant by itself; right, its difference from the best on the same "
            "examples, which is what tells variants apart. Filled: told apart after Holm.",
            class_="note",
        ),
        _wide(forest(sweep)),
        tag("p", f"The best {SHOWN} are drawn; {more} more are in the table.", class_="note")
        if more > 0
        else None,
    )


def _wide(plot: Markup | None) -> Markup | None:
    """Let a plot be scrolled sideways where there is no room to read it."""
    return tag("div", plot, class_="wide") if plot else None


def _factors(sweep: Sweep) -> Markup | None:
    maps = heat_maps(sweep)
    if not maps:
        return None
    options = [tag("option", title, value=number) for number, (title, _) in enumerate(maps)]
    choice = tag("label", "Settings ", tag("select", options), class_="choice")
    figures = [
        tag("figure", drawn, tag("figcaption", f"Mean {sweep.comparison.metric}, %: {title}"))
        for title, drawn in maps
    ]
    return tag("div", choice if len(maps) > 1 else None, figures, class_="factors")


def _examples(sweep: Sweep) -> Markup:
    matrix = arrange(sweep)
    hard = matrix.none_right
    listed = [
        tag("li", tag("b", asked.id), " ", end_cut(sweep.items[asked].question, 160))
        for asked in hard[:20]
    ]
    return joined(
        tag(
            "p",
            f"Variants from the best to the worst, examples from the easiest to the hardest. All "
            f"variants have {matrix.all_right:,} of {len(matrix.examples):,} examples right, none "
            f"has {len(hard):,}.",
            class_="note",
        ),
        matrix_view(sweep, matrix),
        tag(
            "details",
            tag("summary", "Examples that no variant has right: too hard, or wrongly labelled"),
            tag("ul", listed),
            tag("p", f"{len(hard) - 20:,} more.", class_="note") if len(hard) > 20 else None,
        )
        if hard
        else None,
    )


def _method() -> Markup:
    return tag(
        "ul",
        tag(
            "li",
            "Variants are compared on the examples that both answered, matched by id and content: "
            "scores of 0 and 1 by McNemar's exact test with Agresti and Min's interval, others, "
            "and repeated examples, by flipping signs, with a BCa bootstrap interval.",
        ),
        tag(
            "li",
            "p-values are corrected for all pairs of variants (Holm; Benjamini and Hochberg), "
            "those against a baseline that was named beforehand for its own pairs alone.",
        ),
        tag(
            "li",
            "Intervals are of 95 % each, and not corrected for their number; groups and words use "
            "p < 0.05 after Holm. With few examples an interval may leave out 0 where the exact "
            "test does not tell the variants apart: the test decides.",
        ),
        tag(
            "li",
            "How many examples would be needed is reckoned for a power of 80 %, as if the "
            "difference seen were the true one; it is a guess where that difference is small.",
        ),
        tag(
            "li",
            "The best variant is chosen by the same examples that it is judged by. How much too "
            "high this makes its score is found by choosing again in resamples (Efron, 1983). "
            "Variants that lack more than a tenth of the examples are ranked after the others.",
        ),
        class_="method",
    )


def _style() -> str:
    """Return the style sheet, with the colours of the outcomes."""
    colours = "".join(
        f".{kind.name.replace(' ', '-')}{{background:{kind.colour}}}" for kind in KINDS
    )
    return _own("page.css") + colours


def _own(name: str) -> str:
    return (files("promptlab.report.html") / name).read_text("utf-8")
