"""Agreement of answer and reasoning: is a right answer reached by arithmetic that holds?

Each `a op b = c` of the reasoning is computed again; compare Lyu et al., Faithful Chain-of-Thought
Reasoning, 2023 (https://arxiv.org/abs/2301.13379), where a solver computes the chain. A result
with decimals may be rounded to them. What is in brackets, or goes on after its result, is not
looked at.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from promptlab.metric.accuracy import Accuracy
from promptlab.types import Answer, Example, Task

_NUMBER = r"[$£€¥]?\d{1,20}(?:,\d{3})*(?:\.\d{1,20})?"
_OPERATION = re.compile(
    rf"(?<![\w.)+*/×÷-])({_NUMBER}) ?([-+*/×÷−x]) ?({_NUMBER}) ?= ?({_NUMBER})"
    r"(?![.,]?\d|[\w%(]| ?[-+*/×÷−=])"
)
_BEFORE = re.compile(r"[-+*/×÷−)x]\s*$")


@dataclass(frozen=True)
class Reasoning:
    """`chain_holds`, and `right_by_wrong_chain`; no scores where the reasoning computes nothing.

    Attributes:
        task: What is asked, which decides whether the answer is right.
    """

    task: Task

    def __call__(self, answer: Answer, example: Example) -> Mapping[str, float]:
        """Score the answer: 1 or 0 each."""
        results = list(statements(answer.rationale))
        if not results:
            return {}
        right = Accuracy(self.task)(answer, example) >= 1
        holds = all(results)
        return {
            "chain_holds": float(holds),
            "right_by_wrong_chain": float(right and not holds),
        }


def statements(reasoning: str) -> Iterator[bool]:
    """Say of each operation of a text, in its order, whether its result is right."""
    plain = unicodedata.normalize("NFKC", reasoning)
    for found in _OPERATION.finditer(plain):
        left, operator, right, result = found.groups()
        if not _BEFORE.search(plain[max(found.start() - 3, 0) : found.start()]):
            yield _holds(_value(left), operator, _value(right), result)


def _holds(left: Fraction, operator: str, right: Fraction, result: str) -> bool:
    if operator in "/÷":
        if not right:
            return False
        computed = left / right
    elif operator in "*×x":
        computed = left * right
    else:
        computed = left + right if operator == "+" else left - right
    decimals = len(result.partition(".")[2])
    room = Fraction(1, 2 * 10**decimals) if decimals else 0
    return abs(computed - _value(result)) <= room


def _value(number: str) -> Fraction:
    return Fraction(number.lstrip("$£€¥").replace(",", ""))
