"""How sure the variants are, and how often they are right, as Markdown."""

from collections.abc import Iterator

from promptlab.report.data.standings import Standings
from promptlab.report.data.views.reliability import Reliability
from promptlab.report.markdown.table import table
from promptlab.report.number_format import UNKNOWN, percent
from promptlab.text.escaping import in_markdown

_ROWS = 200
_HEADS = (
    *("variant", "n", "confidence, %", "right, %", "ECE", "ECE of margin"),
    *("Brier", "AUROC", "selective, %", "surer half, %"),
)


def confidence(sweep: Standings) -> Iterator[str]:
    """Show each variant's confidence against its accuracy, and the bins of the best."""
    every = sweep.reliabilities
    if not every:
        return
    yield "## Confidence"
    yield (
        "An answer's confidence is its share of the votes, or of the probability; its margin is "
        "its lead over the second. ECE: their distance from the accuracy in ten bins, in points."
    )
    yield table(_HEADS, [_row(each) for each in every[:_ROWS]])
    yield f"The bins of {in_markdown(every[0].name)}:"
    yield table(
        ["confidence, %", "right, %", "answers"],
        [
            [percent(each.confidence), percent(each.accuracy), f"{each.n:,}"]
            for each in every[0].share.bins
        ],
        (),
    )


def _row(told: Reliability) -> list[str]:
    by = told.share
    return [
        in_markdown(told.name),
        f"{told.n:,}",
        *map(percent, (told.confidence, told.accuracy, by.ece, told.margin.ece)),
        f"{by.brier:.3f}",
        UNKNOWN if by.auroc is None else f"{by.auroc:.2f}",
        *map(percent, (by.selective, by.surer_half)),
    ]
