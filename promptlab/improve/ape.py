"""APE: a model guesses the instruction from questions and answers; later rounds vary the best.

Zhou et al., Large Language Models Are Human-Level Prompt Engineers, 2022; its templates for forward
generation and for resampling. The numbers below are those of its code; its rounds after the first
gained little there, so there is one.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.improve.instruction import Scored, cleaned, fresh
from promptlab.program import generate, parallel
from promptlab.protocols import Program
from promptlab.types import Example, Generate, Message, Prompt, Sampling

GUESS = (
    "I gave a friend an instruction and {count} inputs. The friend read the instruction and wrote "
    "an output for every one of the inputs. Here are the input-output pairs:"
)
WAS = "The instruction was"
VARY = (
    "Generate a variation of the following instruction while keeping the semantic meaning.\n\n"
    "Input: {text}\n\nOutput:"
)


@dataclass(frozen=True)
class APE:
    """Propose instructions that explain examples; then variations of the best.

    Attributes:
        proposals: How many in a round.
        pairs: How many questions and answers explain one guess.
        subsets: How many different draws of such pairs there are.
        kept: How many of the best a later round varies.
        temperature: Of the replies.
        top_p: Of the replies.
        max_tokens: Of a reply.
        steps: The most rounds.
        seed: Of its draws.
    """

    proposals: int = 50
    pairs: int = 5
    subsets: int = 5
    kept: int = 5
    temperature: float = 0.9
    top_p: float = 0.9
    max_tokens: int = 50
    steps: int = 1
    seed: int = 0

    def propose(
        self, pool: Sequence[Example], tried: Sequence[Scored], step: int
    ) -> Program[list[str]]:
        """Ask for instructions; those that were tried already are left out.

        Args:
            pool: Where the pairs come from; none of them is judged on.
            tried: All instructions so far, with their scores.
            step: Which round it is, from 0.
        """
        asked = [self.guess(pool, number) for number in range(self.subsets)]
        if step:
            best = sorted(tried, key=lambda each: -each.score)[: self.kept]
            asked = [VARY.format(text=each.text) for each in best]
        replies = yield from parallel(
            generate(
                Generate(_turn(asked[number % len(asked)]), self._drawn(step, number), "writer")
            )
            for number in range(self.proposals)
        )
        return fresh((_said(reply.text) for reply in replies), tried)

    def guess(self, pool: Sequence[Example], number: int) -> str:
        """Write what the writer reads in the first round."""
        chance = random.Random(f"ape:{self.seed}:{number}")  # noqa: S311  which are shown
        drawn = chance.sample(list(pool), min(self.pairs, len(pool)))
        pairs = [f"Input: {each.question.text}\nOutput: {each.answer}" for each in drawn]
        return "\n\n".join([GUESS.format(count=len(drawn)), *pairs, WAS])

    def _drawn(self, step: int, number: int) -> Sampling:
        draw = step * self.proposals + number
        return Sampling(self.temperature, self.top_p, self.max_tokens, seed=self.seed, draw=draw)


def _turn(text: str) -> Prompt:
    return Prompt((Message("user", text),))


def _said(reply: str) -> str:
    """Take the template's last words from the beginning of a reply, where they are said again."""
    text = cleaned(reply)
    return cleaned(text[len(WAS) :].lstrip(" :")) if text.startswith(WAS) else text
