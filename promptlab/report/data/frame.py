"""A sweep as a data frame: one row for each variant, or one for each answer."""

from typing import TYPE_CHECKING

import pandas as pd

from promptlab.report.data.ranking import rows
from promptlab.report.data.standings import Standings
from promptlab.text.escaping import in_line

if TYPE_CHECKING:
    from pandas import DataFrame


def ranking_frame(sweep: Standings) -> "DataFrame":
    """Return the ranking, best first, indexed by variant; swept settings are columns too."""
    lines = [
        {key: in_line(cell) if isinstance(cell, str) else cell for key, cell in row.items()}
        for row in rows(sweep)
    ]
    return pd.DataFrame(lines, index=pd.Index(map(in_line, sweep.names), name="variant"))


def answer_frame(sweep: Standings) -> "DataFrame":
    """Return every answer: variant, example, gold, prediction, outcome, score."""
    answers = [
        {
            "variant": in_line(name),
            "id": _whole(question.id),
            "question": _whole(sweep.items[question].question),
            "gold": _whole(sweep.items[question].gold),
            "prediction": _whole(answer.prediction),
            "outcome": answer.kind,
            sweep.comparison.metric: answer.score,
            "gold_in_text": answer.named,
            "tokens": answer.prompt_tokens + answer.completion_tokens,
        }
        for name in sweep.names
        for question, answers in sweep.answers[name].items()
        for answer in answers
    ]
    return pd.DataFrame(answers)


def _whole(text: str) -> str:
    """Escape half a surrogate pair, which a frame cannot hold; all else is as it is recorded."""
    return text.encode("utf-8", "backslashreplace").decode()
