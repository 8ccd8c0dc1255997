"""Passages that are ranked as a pool is: by any selection.

Lewis et al., Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks (2020).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from promptlab.index.hit import Hit
from promptlab.index.ranked import Ranked, check_scored, deepened
from promptlab.program import then
from promptlab.protocols import Ahead, Select, Selection, Step
from promptlab.retrieval.corpus import Corpus
from promptlab.retrieval.resized import resized
from promptlab.text.escaping import in_line
from promptlab.types import Example, Passage, Question


@dataclass(frozen=True)
class Retriever:
    """Show the `k` passages of a corpus that a selection ranks first.

    Attributes:
        corpus: A file or a folder; see `Corpus`, as for the next two and `fields`.
        search: Ranks the passages; their text stands where a member's context does, and the
            selection's own k does not count, nor that of one it chooses among.
        k: How many.
        chunk: The most tokens of a passage; None leaves it whole.
        overlap: The most tokens that a chunk repeats of the one before.
        tokenizer: Whose tokens these are; empty for words, signs and characters.
        fields: What the records' fields are called.
        where: Which passages may be shown: for a field of the passage, the field of the question's
            record that must be the same: `{tenant: customer}`.
        above: Only passages whose score is higher than this; None shows all. A search that ranks
            without scores, as random does, is refused.
    """

    corpus: str
    search: Selection
    k: int = 5
    chunk: int | None = None
    overlap: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    above: float | None = None
    tokenizer: str = ""

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.k < 1:
            raise ValueError(
                f"k is {self.k}; expected at least 1 passage; retrieval=none shows none"
            )
        self._corpus  # noqa: B018  checks the rest

    @property
    def identity(self) -> str:
        """The digest of the corpus."""
        return self._corpus.identity

    def fit(self) -> Step["Searcher"]:
        """Read the corpus and let the selection rank it.

        Raises:
            ValueError: it cannot be read, no passage has a field that `where` names, or the
                selection hands on no ranking, or none with scores where `above` is given.
        """
        passages = self._corpus.passages()
        _check_fields(self.where, passages, f"passage of {self.corpus}")
        pool = [_as_example(passage) for passage in passages]

        def around(fitted: Select) -> Searcher:
            ranked = _ranked(fitted)
            if self.above is not None:
                name, setting = type(self.search).__name__, f"retrieval.above is {self.above}"
                check_scored(ranked, name, "retrieval.search", setting)
            return Searcher(passages, ranked, self)

        return then(resized(self.search, min(self.k, len(pool))).fit(pool), around)

    @cached_property
    def _corpus(self) -> Corpus:
        return Corpus(self.corpus, self.chunk, self.overlap, self.fields, self.tokenizer)


@dataclass(frozen=True)
class Searcher:
    """A corpus that can be searched.

    Attributes:
        passages: All of them.
        ranking: Ranks them, by their places.
        settings: What is shown of the ranking.
    """

    passages: Sequence[Passage]
    ranking: Ranked
    settings: Retriever = field(repr=False)

    def __call__(self, question: Question) -> Step[tuple[Passage, ...]]:
        """Return the first passages of the ranking."""
        found = self.ranked(question, self.settings.k)
        return then(found, lambda hits: tuple(self.passages[hit.index] for hit in hits))

    def ranked(self, question: Question, count: int) -> Step[Sequence[Hit]]:
        """Return up to `count` passages that may be shown, best first."""

        def choose(found: Sequence[Hit], all_there: bool) -> Sequence[Hit] | None:
            kept = [hit for hit in found if self._may_be_shown(hit, question)]
            return kept[:count] if all_there or len(kept) >= count else None

        return deepened(self.ranking, question, count, choose)

    def ahead(self, questions: Sequence[Question]) -> None:
        """Let the ranking prepare for the questions of a batch.

        Raises:
            ValueError: none of them has a field that `where` names.
        """
        _check_fields(self.settings.where.values(), questions, "question here")
        if isinstance(self.ranking, Ahead):
            self.ranking.ahead(questions)

    def _may_be_shown(self, hit: Hit, question: Question) -> bool:
        if self.settings.above is not None and not hit.similarity > self.settings.above:
            return False
        passage, asked = self.passages[hit.index].metadata, question.metadata
        return all(
            name in passage and own in asked and str(passage[name]) == str(asked[own])
            for name, own in self.settings.where.items()
        )


def _check_fields(
    names: Iterable[str], of: Sequence[Passage] | Sequence[Question], whose: str
) -> None:
    """Refuse a name that no record has: it is misspelt, and nothing could be shown."""
    known = {str(name) for each in of for name in each.metadata}
    told = ", ".join(map(in_line, sorted(known))) or "none"
    for name in names if of else ():
        if name not in known:
            kept = "; dataset.fields.metadata=[…] keeps fields of the records"
            raise ValueError(
                f"retrieval.where names the field {name!r}, which no {whose} has; they have "
                f"{told}{kept * whose.startswith('question')}"
            )


def _as_example(passage: Passage) -> Example:
    """Write a passage as a member of a pool; no question has its id or its content."""
    return Example(Question(f"passage {passage.id}", "", context=passage.text), "")


def _ranked(select: Select) -> Ranked:
    if isinstance(select, Ranked):
        return select
    raise ValueError(
        f"retrieval.search is {type(select).__name__}, which hands on no ranking with scores; "
        "give one that does, as knn, bm25 and fused do"
    )
