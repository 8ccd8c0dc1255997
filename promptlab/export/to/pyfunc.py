"""What MLflow runs to load a winner: a model from code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from promptlab.export.component import component
from promptlab.export.load import load


class Served(PythonModel):
    """Answers rows with `question` and whatever else a question has."""

    # MLflow would warn that it takes no signature from a type; it has one that says more.
    _skip_type_hint_validation = True

    def load_context(self, context: Any) -> None:
        """Load the winner, and make the model that answers, whose weights load when it is asked."""
        source = context.model_config["model"]
        model = component(source, "model", Path(), trust=["promptlab.model"])
        self.winner = load(context.artifacts["winner"], model=model)

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, ARG002
        """Answer every row; `outcome` is `parsed` where an answer was found."""
        answers = self.winner.batch(map(_given, model_input.to_dict("records")))
        return [
            {"text": answer.text, "outcome": answer.outcome, "rationale": answer.rationale}
            for answer in answers
        ]


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a row what it does not have: a table has None there, or NaN."""
    return {
        name: value
        for name, value in row.items()
        if value is not None and not isinstance(value, float)
    }


set_model(Served())
