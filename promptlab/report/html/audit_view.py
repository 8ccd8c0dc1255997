"""The outcome audit on the page: counts, cases to look at, and how far two extractors agree."""

from collections.abc import Sequence

from promptlab.report.data.audit import NAMED, Case, cases
from promptlab.report.data.extractors import Agreement, agreement
from promptlab.report.data.outcome import KINDS
from promptlab.report.data.side_by_side import completion, end_cut
from promptlab.report.data.sweep import Sweep
from promptlab.report.html.markup import Markup, joined, tag
from promptlab.report.html.tables import dot, outcome_table
from promptlab.report.number_format import percent

POLICIES = {
    "after": "what follows the last announcement of an answer",
    "reply": "an answer that opens the text, or is announced, or the first candidate",
    "first": "the first candidate in the text",
    "last": "the last candidate in the text",
}


def audit_view(sweep: Sweep) -> Markup:
    """Write the audit."""
    meanings = {kind.name: kind.meaning for kind in KINDS}
    meanings[NAMED] = "of a wrong answer this may be chance: a chain of thought names many things"
    listed = [
        tag(
            "details",
            tag(
                "summary",
                None if name == NAMED else dot(name),
                tag("b", name),
                ": ",
                meanings[name],
            ),
            _listed(sweep, few),
            class_="cases",
        )
        for name, few in cases(sweep).items()
    ]
    return joined(
        outcome_table(sweep),
        tag("h4", "Examples of each"),
        listed,
        tag("h4", "Two extractors"),
        extractors_view(agreement(sweep)),
    )


def _listed(sweep: Sweep, few: Sequence[Case]) -> list[Markup]:
    return [
        tag(
            "article",
            tag("p", tag("b", each.asked.id), " ", end_cut(sweep.items[each.asked].question, 400)),
            tag(
                "p",
                *("gold ", tag("code", end_cut(sweep.items[each.asked].gold, 120))),
                *(", read ", tag("code", end_cut(each.answer.prediction, 120) or "nothing")),
                tag("span", f" {each.variant}", class_="note"),
            ),
            tag(
                "pre", completion(each.answer) or "(no text was written: continuations were scored)"
            ),
        )
        for each in few
    ]


def extractors_view(found: Agreement | None) -> Markup:
    """Write how far two ways to read an answer agree."""
    if found is None:
        return tag("p", "No config says what kind of answer is wanted, so none was read again.")
    if not found.n:
        return tag("p", "Nothing was written that could be read again.")
    rows = [
        tag(
            "tr",
            tag("td", tag("b", str(doubt.entry["id"])), " ", tag("span", doubt.variant)),
            tag("td", end_cut(str(doubt.entry.get("target", "")), 80)),
            tag("td", end_cut(doubt.one, 80) or "nothing"),
            tag("td", end_cut(doubt.other, 80) or "nothing"),
        )
        for doubt in found.examples
    ]
    heads = ("example", "gold", POLICIES[found.one], POLICIES[found.other])
    head = tag("thead", tag("tr", [tag("th", words) for words in heads]))
    return joined(
        tag("p", agreement_sentence(found)),
        tag("div", tag("table", head, tag("tbody", rows)), class_="scroll") if rows else None,
    )


def agreement_sentence(found: Agreement) -> str:
    """Say how far they agree."""
    differ = found.n - found.agreed
    matters = (
        ""
        if not differ
        else (
            f"; of the {differ:,} others, the first alone is right on {found.one_right:,} and the "
            f"second alone on {found.other_right:,}"
        )
    )
    return (
        f"Read again by {POLICIES[found.one]}, and by {POLICIES[found.other]}: the same answer in "
        f"{percent(found.agreed / found.n)} % of {found.n:,} completions{matters}."
    )
