"""An MLflow model of a winner, from code and data: no pickle. `mlflow models serve` serves it."""

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from promptlab.export.verify import Asked
from promptlab.export.winner import Winner, told
from promptlab.records.provenance import versions
from promptlab.tracking.mlflow.environment import prepare

OPTIONAL = ("context", "choices")
CODE = Path(__file__).with_name("pyfunc.py")


def write(
    winner: Winner, trials: Sequence[Asked], out: Path, source: Mapping[str, Any] | None
) -> list[str]:
    """Write the model; return what is to be known of it.

    Args:
        winner: In its folder.
        trials: Of the run.
        out: A new folder.
        source: The component tree of who answers; None for the model that was measured with.
    """
    prepare()
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow  # noqa: PLC0415  takes two seconds
    from mlflow.models import ModelSignature  # noqa: PLC0415
    from mlflow.types.schema import Array, ColSpec, DataType, Schema, TensorSpec  # noqa: PLC0415

    others = [name for name in told(trials[0][0]) if name not in ("question", *OPTIONAL)]
    inputs: list[ColSpec | TensorSpec] = [ColSpec("string", name) for name in ("question", *others)]
    inputs += [ColSpec("string", "context", required=False)]
    inputs += [ColSpec(Array(DataType.string), "choices", required=False)]
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec("string", name) for name in ("text", "outcome", "rationale")
    ]
    mlflow.pyfunc.save_model(
        path=str(out),
        python_model=str(CODE),
        artifacts={"winner": str(winner.folder)},
        model_config={"model": dict(source or winner.about["model"]["source"] or {})},
        pip_requirements=[f"promptlab[local,knn]=={versions()['promptlab']}"],
        signature=ModelSignature(Schema(inputs), Schema(outputs)),
        input_example=[dict.fromkeys(("question", *others), "…")],
    )
    return ["a server: mlflow models serve --env-manager local -m " + shlex.quote(str(out))]
