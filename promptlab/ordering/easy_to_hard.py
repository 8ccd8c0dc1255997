"""From the demonstration that the model finds easiest to the hardest, as a curriculum.

Bengio et al., Curriculum Learning (2009); for demonstrations Liu et al., Let's Learn Step by Step:
Enhancing In-Context Learning Ability with Curriculum Learning (2024).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.program import parallel, score
from promptlab.protocols import Program, Template
from promptlab.template import QA
from promptlab.types import Example, Question, Score, Task


@dataclass(frozen=True)
class EasyToHard:
    """Ask for the log-probability of each demonstration's own answer, shown nothing.

    The likeliest comes first; among equals the better ranked. One without an answer is not asked
    about, and comes last. A demonstration that is shown for many questions is asked about once,
    where completions are stored.

    Attributes:
        task: What is asked.
        template: How it is written.
    """

    task: Task
    template: Template = QA

    def __call__(self, demos: Sequence[Example], question: Question) -> Program[Sequence[Example]]:  # noqa: ARG002 (an ordering is given it)
        """Return the demonstrations, easiest first."""
        asked = [place for place, demo in enumerate(demos) if demo.answer]
        scores = yield from parallel(score(self._request(demos[place])) for place in asked)
        easy = dict(zip(asked, (reply.logprobs[0] for reply in scores), strict=True))
        places = sorted(range(len(demos)), key=lambda place: -easy.get(place, -math.inf))
        return tuple(demos[place] for place in places)

    def _request(self, demo: Example) -> Score:
        right = self.template.written(demo.answer, demo.question)
        prompt = self.template.prompt(self.task, demo.question)
        return Score(prompt, (self.template.continuation(right),))
