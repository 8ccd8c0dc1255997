"""A sweep as a data frame: one row for each variant, or one for each answer."""

from typing import TYPE_CHECKING

import pandas as pd

from promptlab.report.rows import rows
from promptlab.report.sweep import Sweep

if TYPE_CHECKING:
    from pandas import DataFrame


def ranking_frame(sweep: Sweep) -> "DataFrame":
    """Return the ranking, best first, indexed by variant; swept settings are columns too."""
    return pd.DataFrame(rows(sweep), index=pd.Index(sweep.names, name="variant"))


def answer_frame(sweep: Sweep) -> "DataFrame":
    """Return every answer: variant, example, gold, prediction, outcome, score."""
    answers = [
        {
            "variant": name,
            "id": asked.id,
            "question": sweep.items[asked].question,
            "gold": sweep.items[asked].gold,
            "prediction": answer.prediction,
            "outcome": answer.kind,
            sweep.comparison.metric: answer.score,
            "gold_in_text": answer.named,
            "tokens": answer.prompt_tokens + answer.completion_tokens,
        }
        for name in sweep.names
        for asked, given in sweep.answers[name].items()
        for answer in given
    ]
    return pd.DataFrame(answers)
