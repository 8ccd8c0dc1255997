"""OPRO: a model is shown the instructions tried so far with their scores, and asked for better.

Yang et al., Large Language Models as Optimizers, 2023; the meta-prompt is that of its figure 3. The
numbers below are the paper's. What may vary: how many are proposed in a step, how many are shown.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.improve.instruction import Scored, bracketed, fresh
from promptlab.program import generate, parallel
from promptlab.protocols import Program
from promptlab.types import Example, Generate, Message, Prompt, Sampling

HEAD = (
    "I have some texts along with their corresponding scores. The texts are arranged in ascending "
    "order based on their scores, where higher scores indicate better quality."
)
EXEMPLARS = (
    "The following exemplars show how to apply your text: you replace <INS> in each input with "
    "your text, then read the input and give an output. We say your output is wrong if your output "
    "is different from the given output, and we say your output is correct if they are the same."
)
TAIL = (
    "Write your new text that is different from the old ones and has a score as high as possible. "
    "Write the text in square brackets."
)


@dataclass(frozen=True)
class OPRO:
    """Propose instructions from those that were tried.

    Attributes:
        proposals: How many in a step.
        shown: How many of the best so far the writer sees.
        exemplars: How many questions and answers it sees, drawn anew for each step.
        temperature: Of its replies.
        max_tokens: Of a reply.
        steps: The most steps.
        seed: Of its draws.
    """

    proposals: int = 8
    shown: int = 20
    exemplars: int = 3
    temperature: float = 1.0
    max_tokens: int = 256
    steps: int = 200
    seed: int = 0

    def propose(
        self, pool: Sequence[Example], tried: Sequence[Scored], step: int
    ) -> Program[list[str]]:
        """Ask for new instructions; those that were tried already are left out.

        Args:
            pool: Where the exemplars come from; none of them is judged on.
            tried: All instructions so far, with their scores.
            step: Which step it is, from 0.
        """
        prompt = Prompt((Message("user", self.meta_prompt(pool, tried, step)),))
        replies = yield from parallel(
            generate(Generate(prompt, self._drawn(step, draw), "writer"))
            for draw in range(self.proposals)
        )
        return fresh((bracketed(reply.text) for reply in replies), tried)

    def meta_prompt(self, pool: Sequence[Example], tried: Sequence[Scored], step: int) -> str:
        """Write what the writer reads."""
        best = sorted(tried, key=lambda each: each.score)[-self.shown :]
        texts = [f"text:\n{each.text}\nscore:\n{round(100 * each.score)}" for each in best]
        chance = random.Random(f"opro:{self.seed}:{step}")  # noqa: S311  which are shown
        drawn = chance.sample(list(pool), min(self.exemplars, len(pool)))
        shown = [
            f"input:\n<INS>\nQ: {each.question.text}\nA:\noutput:\n{each.answer}" for each in drawn
        ]
        return "\n\n".join([HEAD, *texts, *([EXEMPLARS, *shown] if shown else []), TAIL])

    def _drawn(self, step: int, draw: int) -> Sampling:
        number = step * self.proposals + draw
        return Sampling(self.temperature, max_tokens=self.max_tokens, seed=self.seed, draw=number)
