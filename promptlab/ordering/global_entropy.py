"""Global entropy: of several orders, the one whose predictions are spread over the answers.

GlobalE of Lu et al., Fantastically Ordered Prompts and Where to Find Them (2022),
https://github.com/yaolu/Ordered-Prompt: an order under which a model answers everything alike is a
bad one. What is asked is written by the model itself, so that no further data are needed.
"""

import re
import warnings
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

NO_PROBES = (
    f"ordering=global_entropy: nothing that the writer wrote can be asked (a text of {WORDS} words "
    "or more, before any label), so that the demonstrations stay as they were selected. Name "
    "another writer (model@writer=…), or use ordering=entropy, which asks the question itself"
)


@dataclass(frozen=True)
class GlobalEntropy:
    """Let the writer continue the demonstrations, and ask its texts under each order.

    The orders and the probes depend on the demonstrations and the seed alone: where all questions
    have the same demonstrations, they have the same order, and it is asked for once where
    completions are stored. Where the writer writes nothing that can be asked, the ranking stays,
    and a warning says so; where there is one order, nobody is asked. Questions with choices are
    refused: what is written has none.
    Their code keeps the writer from repeating itself; here repeated texts are one probe. They
    report the mean accuracy of the four orders with the highest entropy; here the highest alone is
    taken, for one order must be shown.

    Attributes:
        strategy: Asks the probes.
        orders: How many are tried, and how many texts are written: all permutations where there
            are no more, else the selection's own and others that are drawn by chance.
        seed: Decides the draw, together with the demonstrations.
        temperature: Of the writer; theirs is 2.
        max_tokens: Of a text; theirs is 128.
    """

    strategy: Strategy
    orders: int = 24
    seed: int = 0
    temperature: float = 2.0
    max_tokens: int = 128

    def __post_init__(self) -> None:
        """Check that at least one order is tried."""
        if self.orders < 1:
            raise ValueError(f"orders is {self.orders}; expected at least 1")

    def __call__(self, demos: Sequence[Example], question: Question) -> Program[Sequence[Example]]:
        """Return the best order; of equally good ones the first.

        Raises:
            ValueError: the question has choices.
        """
        _check_open(question)
        drawn = orders(demos, self.orders, f"global:{self.seed}")
        if len(drawn) == 1:
            return drawn[0]
        probes = yield from self._probes(drawn)
        if not probes:
            warnings.warn(NO_PROBES, RuntimeWarning, stacklevel=1)
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
            stop=(f"\n{ANSWERED.strip()}", f"\n{ASKED.strip()}"),
            seed=self.seed,
            draw=number,
        )
        return Generate(Prompt((Message("text", shown + ASKED.strip()),)), sampling)

    def _predicted(self, order: Sequence[Example], probes: Sequence[Question]) -> Program[float]:
        """Ask the probes under one order; return the entropy of what is answered."""
        answers = yield from parallel(self.strategy.solve(probe, order) for probe in probes)
        return entropy(Counter(answer.text for answer in answers).values())


def _check_open(question: Question) -> None:
    if question.choices:
        raise ValueError(
            f"question {question.id!r} has choices, and ordering=global_entropy compares orders by "
            "questions that the writer writes, which have none; expected questions without "
            "choices, or ordering=entropy or ordering=mdl, which ask the question itself"
        )


def _line(question: Question) -> str:
    return " ".join(f"{question.context} {question.text}".split())


def _is_probe(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", text)) >= WORDS or (
        " " not in text and len(re.findall(r"\w", text)) >= WORDS and not text.isascii()
    )
