"""A report for those who may not see the data: no question, no prompt, no completion is in it."""

from dataclasses import replace

from promptlab.report.data.reading.answers import Item
from promptlab.report.data.standings import Standings


def without_texts(sweep: Standings) -> Standings:
    """Leave the texts of a sweep out; ids, gold answers and what was read off remain."""
    return replace(
        sweep,
        items={question: Item("", item.gold) for question, item in sweep.items.items()},
        answers={
            name: {
                question: [answer._replace(shown=False) for answer in several]
                for question, several in answers.items()
            }
            for name, answers in sweep.answers.items()
        },
    )
