"""What a model thinks of the letters themselves, whatever they stand for: PriDe.

Zheng et al., Large Language Models Are Not Robust Multiple Choice Selectors, 2024. Over all
rotations of its choices a question has every choice at every letter once: what remains of the mean
is the letters' own. The prior is the mean of that over some questions.
"""

from collections.abc import Sequence
from statistics import fmean

from promptlab.program import parallel
from promptlab.protocols import Program
from promptlab.strategy.calibration.prior import Values, normalised
from promptlab.strategy.options.reordered import reordered, rotations
from promptlab.strategy.scoring.valued import Valued
from promptlab.types import Example, Question


def letters(inner: Valued, question: Question, demos: Sequence[Example]) -> Program[Values]:
    """Return the log-probability of each letter over all rotations of a question."""
    orders = rotations(len(question.choices))
    every = yield from parallel(inner.values(reordered(question, o), demos) for o in orders)
    shares = [normalised(each) for each in every]
    return normalised({letter: fmean(each[letter] for each in shares) for letter in shares[0]})
