"""A DSPy program: the instruction and the demonstrations, saved as DSPy saves its own.

DSPy writes them in its own format, so that what a model reads is not what was measured.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from promptlab.export.verify import Asked
from promptlab.export.winner import Winner, told
from promptlab.strategy.thought.cot import ChainOfThought
from promptlab.types import Example


def write(winner: Winner, trials: Sequence[Asked], out: Path) -> list[str]:
    """Write the program; return what it leaves out, and how it is loaded.

    Raises:
        ValueError: the demonstrations depend on the question.
    """
    import dspy  # noqa: PLC0415  takes a second

    if not winner.about["fixed"]:
        raise ValueError(
            "the demonstrations depend on the question, and a DSPy program has the same for all; "
            "expected a selection such as first, random or zero"
        )
    inputs = ", ".join(told(trials[0][0]))
    fields = f"{inputs} -> answer"
    instruction = winner.task.instruction.replace("{labels}", ", ".join(winner.task.labels))
    signature = dspy.Signature(fields, instruction or None)
    reasons = isinstance(_innermost(winner.strategy), ChainOfThought)
    program = dspy.ChainOfThought(signature) if reasons else dspy.Predict(signature)
    predictor = program.predict if reasons else program
    shown = max((trial.demos for _, trial in trials), key=len)
    predictor.demos = [dspy.Example(**_demo(demo, reasons=reasons)) for demo in shown]
    program.save(str(out))
    kind = "ChainOfThought" if reasons else "Predict"
    kind = "ChainOfThought" if reasons else "Predict"
    made = f"program = dspy.{kind}({fields!r}); program.load({str(out)!r})"
    return [f"the words around it: DSPy writes its own. In Python it is {made}"]


def _innermost(strategy: Any) -> Any:
    """Return what a vote draws from."""
    while hasattr(strategy, "inner"):
        strategy = strategy.inner
    return strategy


def _demo(demo: Example, *, reasons: bool) -> dict[str, Any]:
    rationale = {"reasoning": demo.rationale} if reasons and demo.rationale else {}
    return {**told(demo.question), **rationale, "answer": demo.answer}
