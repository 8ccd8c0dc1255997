"""Math equivalence: the answer is an expression that equals the gold one, however it is written.

By math-verify (https://github.com/huggingface/Math-Verify), which reads LaTeX and plain notation
and compares by SymPy. It runs in a process of its own, so that an expression which takes SymPy for
ever is a wrong answer and no end of the run.
"""

import importlib.util
import unicodedata
from dataclasses import dataclass

from promptlab.machine.extras import missing
from promptlab.metric.math.comparer import comparer
from promptlab.types import Answer, Example

LONGEST = 2_000
"""More characters than an expression has that answers a question."""


@dataclass(frozen=True)
class Math:
    """1 where the answer equals a gold answer as an expression, 0 elsewhere.

    Attributes:
        seconds: How long a comparison may take; one that takes longer is 0.
    """

    seconds: float = 10.0

    def __post_init__(self) -> None:
        """Check the time limit."""
        if not self.seconds > 0:
            raise ValueError(f"seconds is {self.seconds}; expected more than 0")

    def __call__(self, answer: Answer, example: Example) -> float:
        """Score the answer.

        Raises:
            ModuleNotFoundError: math-verify is not installed.
        """
        if importlib.util.find_spec("math_verify") is None:
            raise ModuleNotFoundError(missing("math_verify"), name="math_verify")
        said = _plain(answer.text)
        gold = [_plain(text) for text in (example.answer, *example.aliases) if text.strip()]
        if answer.outcome != "parsed" or not said or len(said) > LONGEST:
            return 0.0
        return float(said in gold or comparer().equal(said, gold, self.seconds))


def _plain(text: str) -> str:
    """Write full-width digits and signs as formulas have them."""
    return unicodedata.normalize("NFKC", text).strip()
