"""Efficient prompt retrieval: learn from the model which members help, and retrieve by that.

Rubin, Herzig and Berant, Learning To Retrieve Prompts for In-Context Learning (2022),
https://github.com/OhadRubin/EPR.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from promptlab.encoder.prefixes import as_passage, as_query
from promptlab.encoder.training import Training, Triple
from promptlab.index.ranked import Ranked
from promptlab.program import lifted, parallel, score
from promptlab.protocols import Encoder, Program, Selection, Template
from promptlab.selection.dense.knn import KNN, Nearest
from promptlab.selection.learned.right_answer import right_answer
from promptlab.selection.pool import Pool, check_k
from promptlab.selection.ranker import Ranker, ranking
from promptlab.selection.text import QUESTION_FIRST, check_formats, render, render_member
from promptlab.template import QA
from promptlab.types import Example, Task


@runtime_checkable
class Trainable(Protocol):
    """An encoder that can be trained."""

    def trained(self, triples: Sequence[Triple], training: Training) -> Encoder:
        """Return an encoder that has learned the triples."""
        ...


@runtime_checkable
class Savable(Protocol):
    """An encoder that can be written to a folder."""

    def save(self, folder: Path) -> None:
        """Write it."""
        ...


@dataclass(frozen=True)
class EPR:
    """Ask the model which candidates help some questions of the pool, and train an encoder on it.

    For each of `questions` members, the candidates that the inner selection ranks first are shown
    one at a time, and the log-probability of the member's right answer is asked. The `best` and the
    worst are what the encoder learns to bring near and to push off. Demonstrations are then the
    nearest by that encoder.

    The paper trains two BERTs, for questions and for members, on 50 candidates for each of all
    members; here one encoder that knows sentences already learns from less.

    Attributes:
        k: How many demonstrations.
        inner: Ranks the candidates; the paper's is BM25.
        encoder: What is trained: sentence-transformers' models can be.
        task: What is asked.
        template: How it is written.
        questions: How many members of the pool are asked about.
        candidates: How many are tried for each.
        best: How many of these count as helpful, and as many as harmful.
        training: How the encoder is trained.
        text: What of a member is read: a format of `question`, `context`, `choices` and `answer`.
        query: What of a question is read; as of a member, where it is None.
        seed: Decides which members are asked about.
        save: The folder that the trained encoder is written to, for use with other data sets, as
            any sentence-transformers model is; none where it is empty.
    """

    k: int
    inner: Selection
    encoder: Encoder
    task: Task
    template: Template = QA
    questions: int = 100
    candidates: int = 20
    best: int = 5
    training: Training = field(default_factory=Training)
    text: str = QUESTION_FIRST
    query: str | None = None
    seed: int = 0
    save: str = ""

    def __post_init__(self) -> None:
        """Check the numbers and the formats."""
        check_k(self.k)
        check_formats(self.text, self.query)
        if self.questions < 1 or self.best < 1 or self.candidates < 2 * self.best:
            raise ValueError(
                f"questions is {self.questions}, candidates {self.candidates}, best {self.best}; "
                "expected at least 1 question and 1 best, and twice as many candidates as best"
            )
        if not isinstance(self.encoder, Trainable):
            raise ValueError(
                f"selection.encoder is {type(self.encoder).__name__}, which cannot be trained; "
                "give a sentence-transformers model: encoder=minilm or encoder=hub"
            )
        if self.save and not isinstance(self.encoder, Savable):
            raise ValueError(
                f"selection.save is {self.save}, and {type(self.encoder).__name__} cannot be "
                "written to a folder; give a sentence-transformers model: encoder=minilm"
            )

    def fit(self, pool: Sequence[Example]) -> Program[Ranker]:
        """Ask, train, and index the pool; raise `ValueError` where it is too small."""
        Pool.of(pool, self.k)
        inner = yield from lifted(self.inner.fit(pool))
        triples = yield from self._triples(pool, ranking(inner))
        encoder = self.encoder
        if triples and isinstance(encoder, Trainable):
            encoder = encoder.trained(triples, self.training)
        if self.save and isinstance(encoder, Savable):
            encoder.save(Path(self.save))
        return KNN(self.k, encoder, self.text, self.query).fit(pool)

    def learned(self, select: Ranker) -> KNN:
        """Return what a fit of this came to, which asks and trains no more."""
        if not isinstance(select.rank, Nearest):
            raise TypeError(f"expected what {type(self).__name__}.fit returned")
        return KNN(self.k, select.rank.space.encoder, self.text, self.query)

    def _triples(self, pool: Sequence[Example], inner: Ranked) -> Program[list[Triple]]:
        """Ask about each question, all side by side."""
        answered = [example for example in pool if example.answer]
        chance = random.Random(f"epr:{self.seed}")  # noqa: S311  a draw, not a secret
        asked = chance.sample(answered, min(self.questions, len(answered)))
        several = yield from parallel(self._lessons(pool, inner, example) for example in asked)
        return [triple for some in several for triple in some]

    def _lessons(
        self, pool: Sequence[Example], inner: Ranked, example: Example
    ) -> Program[list[Triple]]:
        """Return what one question teaches: the best candidates, each beside one of the worst."""
        hits = yield from lifted(inner.ranked(example.question, self.candidates))
        shown = [pool[hit.index] for hit in hits]
        scores = yield from parallel(
            score(right_answer(self.task, self.template, example, (demo,))) for demo in shown
        )
        order = sorted(range(len(shown)), key=lambda place: -scores[place].logprobs[0])
        texts = (render_member(self.text, shown[place]) for place in order)
        ranked = [as_passage(self.encoder, text) for text in texts]
        count = min(self.best, len(ranked) // 2)
        pairs = zip(ranked[:count], reversed(ranked[len(ranked) - count :]), strict=True)
        query = self.text if self.query is None else self.query
        asked = as_query(self.encoder, render(query, example.question))
        return [Triple(asked, better, worse) for better, worse in pairs if better != worse]
