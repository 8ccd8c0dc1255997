"""Global entropy: of several orders, the one whose predictions are spread over the answers.

GlobalE of Lu et al., Fantastically Ordered Prompts and Where to Find Them (2022),
https://github.com/yaolu/Ordered-Prompt: an order under which a model answers everything alike is a
bad one. What is asked is written by the model itself, so that no further data are needed.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from promptlab.entropy import entropy
from promptlab.ordering.entropy import orders
from promptlab.program import asked_of, generate, parallel
from promptlab.protocols import Program, Strategy
from promptlab.types import Example, Generate, Message, Prompt, Question, Sampling

ASKED, ANSWERED = "Input: ", "Label: "
WORDS = 5
"""Fewer make no probe, in the authors' code; of writing without spaces, so many characters."""


@dataclass(frozen=True)
class GlobalEntropy:
    """Let the writer continue the demonstrations, and ask its texts under each order.

    The orders and the probes depend on the demonstrations and the seed alone: where all questions
    have the same demonstrations, they have the same order, and it is asked for once where
    completions are stored. Where the writer writes nothing that can be asked, the ranking stays.
    Their code also keeps the writer from repeating itself; here repeated texts are one probe.
    They report the mean accuracy of the four orders with the highest entropy; here the highest is
    taken alone, for one order must be shown.

    Attributes:
        strategy: Asks the probes.
        orders: How many are tried, and how many texts are written: all permutations where there
            are no more, else so many that are drawn by chance.
        seed: Decides the draw, together with the demonstrations.
        temperature: Of the writer; theirs is 2.
        top_k: Of how many of the most probable tokens the writer draws; theirs is 20. At this
            temperature, one that draws of all of them writes no sentences. None is all.
        max_tokens: Of a text, which is one line; theirs is 128.
    """

    strategy: Strategy
    orders: int = 24
    seed: int = 0
    temperature: float = 2.0
    top_k: int | None = 20
    max_tokens: int = 128

    def __post_init__(self) -> None:
        """Check that at least one order is tried."""
        if self.orders < 1:
            raise ValueError(f"orders is {self.orders}; expected at least 1")

    def __call__(self, demos: Sequence[Example], question: Question) -> Program[Sequence[Example]]:  # noqa: ARG002 (an ordering is given it)
        """Return the best order; of equally good ones the first."""
        drawn = orders(demos, self.orders, f"global:{self.seed}")
        probes = yield from self._probes(drawn) if demos else _none()
        if not probes:
            return tuple(demos)
        asked = [self._predicted(order, probes) for order in drawn]
        values = yield from parallel(asked)
        return drawn[values.index(max(values))]

    def _probes(self, drawn: Sequence[tuple[Example, ...]]) -> Program[list[Question]]:
        """Let the writer go on after each order; return what it asks, each once."""
        written = yield from parallel(
            asked_of("writer", generate(self._request(order, number)))
            for number, order in enumerate(drawn)
        )
        texts = (reply.text.partition(ANSWERED.strip())[0].strip() for reply in written)
        kept = dict.fromkeys(text for text in texts if _is_probe(text))
        return [Question(f"probe-{number}", text) for number, text in enumerate(kept)]

    def _request(self, order: Sequence[Example], number: int) -> Generate:
        shown = "".join(
            f"{ASKED}{_line(demo.question)}\n{ANSWERED}{demo.answer}\n\n" for demo in order
        )
        sampling = Sampling(
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            stop=("\n",),  # as every text that is shown ends
            seed=self.seed,
            draw=number,
            top_k=self.top_k,
        )
        return Generate(Prompt((Message("text", shown + ASKED.strip()),)), sampling)

    def _predicted(self, order: Sequence[Example], probes: Sequence[Question]) -> Program[float]:
        """Ask the probes under one order; return the entropy of what is answered."""
        answers = yield from parallel(self.strategy.solve(probe, order) for probe in probes)
        return entropy(Counter(answer.text for answer in answers).values())


def _line(question: Question) -> str:
    return " ".join(f"{question.context} {question.text}".split())


def _is_probe(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", text)) >= WORDS or (
        " " not in text and len(re.findall(r"\w", text)) >= WORDS and not text.isascii()
    )


def _none() -> Program[list[Question]]:
    yield from ()
    return []
