"""Hypothetical documents: the model writes a passage that would answer, and that is searched for.

Gao et al., Precise Zero-Shot Dense Retrieval without Relevance Labels (2023).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from promptlab.index.hit import Hit
from promptlab.index.imagined import Imagined
from promptlab.program import asked_of, generate, lifted, parallel, redraw, then
from promptlab.protocols import Program, Step, Template
from promptlab.retrieval.retriever import Retriever, Searcher
from promptlab.template import QA
from promptlab.types import Generate, Passage, Question, Sampling, Task


@dataclass(frozen=True)
class HyDE:
    """Search for `drafts` passages that the model writes, and for the question itself.

    What a passage scores is the mean of what it scores for each of these: of cosines, that is the
    order by the mean of their vectors, as in the paper.

    Attributes:
        inner: Searches.
        drafts: How many are drawn.
        temperature: Of the draws.
        instruction: What is asked for.
        role: Who writes: the model under test, or `writer`.
        template: How it is asked.
        sampling: How long a draft may be.
        candidates: How many of each search's first are counted.
    """

    inner: Retriever
    drafts: int = 4
    temperature: float = 0.7
    instruction: str = "Please write a passage to answer the question."
    role: str = "model"
    template: Template = QA
    sampling: Sampling = Sampling(max_tokens=128)
    candidates: int = 1000

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.drafts < 1 or self.candidates < 1 or self.temperature < 0:
            raise ValueError(
                f"drafts is {self.drafts}, candidates {self.candidates}, temperature "
                f"{self.temperature}; expected at least 1, 1 and 0"
            )

    @property
    def identity(self) -> str:
        """The digest of the corpus."""
        return self.inner.identity

    def fit(self) -> Step["HyDESearch"]:
        """Prepare the search."""
        return then(self.inner.fit(), lambda searcher: HyDESearch(self, searcher))


@dataclass(frozen=True)
class HyDESearch:
    """Writes, then searches."""

    settings: HyDE
    searcher: Searcher

    def __call__(self, question: Question) -> Program[tuple[Passage, ...]]:
        """Return the first passages."""
        drafts = yield from parallel(
            redraw(self._draft(question), temperature=self.settings.temperature, draw=draw)
            for draw in range(self.settings.drafts)
        )
        texts = [question, *(Imagined.of(question, text) for text in drafts if text)]
        rankings = yield from parallel(
            lifted(self.searcher.ranked(text, self.settings.candidates)) for text in texts
        )
        best = _summed(rankings)[: self.settings.inner.k]
        return tuple(self.searcher.passages[index] for index in best)

    def _draft(self, question: Question) -> Program[str]:
        """Ask for one passage."""
        task = Task(self.settings.instruction, "text")
        prompt = self.settings.template.prompt(task, Question(question.id, question.text))
        sampling = self.settings.template.stopping(self.settings.sampling, task)
        reply = yield from asked_of(self.settings.role, generate(Generate(prompt, sampling)))
        return reply.text.strip()


def _summed(rankings: Sequence[Sequence[Hit]]) -> list[int]:
    """Rank by the sum of scores; one that a search does not find scores what its last one does."""
    sums: defaultdict[int, float] = defaultdict(float)
    for hits in rankings:
        last = min((hit.score for hit in hits if isfinite(hit.score)), default=0.0)
        for hit in hits:
            sums[hit.index] += max(hit.score, last) - last
    return sorted(sums, key=lambda index: (-sums[index], index))
