"""CEIL's training on sets of demonstrations: does it gain over what it begins with?

    python benchmarks/set_training.py --data sst2 subj emotion

Ye et al., Compositional Exemplars for In-context Learning (2023): an encoder that EPR trained is
trained further, so that the kernel of a determinantal point process is larger for the sets of
demonstrations under which the model gives the right answer a higher probability. Of some questions
of the pool, sets of four among the twenty nearest are scored: the nearest four, and others by
chance. The question's tower learns, the members' stays; the loss is theirs, a margin that grows
with the distance of two sets in the model's order. Demonstrations are then chosen greedily by the
kernel.

Beside it stand what it is made of: nearest neighbours, the same kernel untrained, EPR, and EPR's
encoder under the same kernel. All label the same test questions; the difference to EPR is paired.
"""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from materials import CLASSIFY, fresh, labelling, model
from sidebyside import SHARED, THREADS, keep, limit_threads, machine, parser, say

from promptlab import Jsonl
from promptlab.analysis.statistics.matched import mcnemar
from promptlab.encoder.sentence_transformer import SentenceTransformerEncoder, model_folder
from promptlab.encoder.training import Training
from promptlab.index.hit import Hit
from promptlab.ordering.similar_last import SimilarLast
from promptlab.program import parallel, score, solve
from promptlab.protocols import Encoder, Model, Select, Selection, Step
from promptlab.selection.dense.knn import KNN
from promptlab.selection.dense.space import Space, Within
from promptlab.selection.diverse.dpp import DPP, kernel_row, spread, weights
from promptlab.selection.learned.epr import EPR
from promptlab.selection.learned.right_answer import right_answer
from promptlab.selection.lexical.bm25 import BM25
from promptlab.selection.ranker import by_place, choose_among, ranking
from promptlab.types import Dataset, Example, Question

K, QUESTIONS, CANDIDATES, SETS = 4, 100, 20, 10
SCALE, MARGIN, RATE, EPOCHS = 0.1, 0.02, 1e-5, 10
TEXT = "{question}\n{context}"
ASKED = "asked: "
"""What begins a text that the question's tower reads."""


@dataclass(frozen=True)
class Lesson:
    """A question, the members of its sets, and the sets by their places in them, best first."""

    question: str
    members: tuple[str, ...]
    sets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Towers:
    """Two encoders: one reads the questions, the other the members."""

    asked: Encoder
    members: Encoder

    @property
    def identity(self) -> str:
        """Names both."""
        return f"{self.asked.identity} over {self.members.identity}"

    def encode(self, texts: Sequence[str]) -> Any:
        """Return unit vectors, shape (texts, dimensions)."""
        marked = np.array([text.startswith(ASKED) for text in texts])
        vectors = self.members.encode(list(texts))
        if marked.any():
            questions = [text.removeprefix(ASKED) for text in texts if text.startswith(ASKED)]
            vectors = np.array(vectors)
            vectors[marked] = self.asked.encode(questions)
        return vectors


@dataclass(frozen=True)
class Compositional:
    """Choose greedily by the kernel, questions and members each by their own tower."""

    k: int
    towers: Towers

    def fit(self, pool: Sequence[Example]) -> Step[Select]:
        """Index the pool."""
        query = f"{ASKED}{TEXT}"
        space = Space(pool, self.towers, TEXT, query)
        inner = KNN(self.k, self.towers, TEXT, query)
        return choose_among(pool, self.k, inner, 100, Within(space, _chosen))


def _chosen(space: Space, question: Question, hits: Sequence[Hit], count: int) -> list[Hit]:
    vectors = space.vectors[[hit.index for hit in hits]].astype(np.float64)
    weight = weights(vectors, space.place(question), SCALE)
    prior = weight**2 * ((vectors**2).sum(axis=1) + 1) / 2
    order = spread(prior, partial(kernel_row, weight, vectors), count)
    return by_place([hits[place].index for place in order])


def lessons(dataset: Dataset, encoder: Encoder, asked: Model) -> list[Lesson]:
    """Score sets of the members nearest to some questions of the pool; best sets first."""
    chance = random.Random("sets:0")
    some = chance.sample(list(dataset.pool), min(QUESTIONS, len(dataset.pool)))
    nearest = ranking(KNN(K, encoder, TEXT).fit(dataset.pool))
    return [_lesson(dataset, example, nearest, asked, chance) for example in some]


def _lesson(
    dataset: Dataset, example: Example, nearest: Any, asked: Model, chance: random.Random
) -> Lesson:
    hits = nearest.ranked(example.question, CANDIDATES)
    members = [dataset.pool[hit.index] for hit in hits]
    sets = [tuple(range(K))]
    sets += [tuple(sorted(chance.sample(range(len(members)), K))) for _ in range(SETS - 1)]
    programs = (
        score(right_answer(dataset.task, CLASSIFY, example, [members[i] for i in reversed(places)]))
        for places in sets
    )
    scores = [each.logprobs[0] for each in solve(parallel(programs), asked)]
    best = sorted(range(len(sets)), key=lambda place: -scores[place])
    texts = tuple(_text(member) for member in members)
    return Lesson(_text(example), texts, tuple(sets[place] for place in best))


def _text(example: Example) -> str:
    return TEXT.format(question=example.question.text, context=example.question.context).strip()


def trained_on_sets(folder: Path, taught: Sequence[Lesson], out: Path) -> Encoder:
    """Train the question's tower, the members' standing still; return it."""
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    torch.manual_seed(0)
    chance = random.Random("steps:0")
    asked, members = (SentenceTransformer(str(folder), device="cpu") for _ in range(2))
    with torch.no_grad():
        stand = [members.encode(list(each.members), convert_to_tensor=True) for each in taught]
    optimiser = torch.optim.AdamW(asked.parameters(), lr=RATE)
    asked.train()
    for epoch in range(EPOCHS):
        order = chance.sample(range(len(taught)), len(taught))
        total = 0.0
        for first in range(0, len(order), 8):
            batch = order[first : first + 8]
            features = asked.tokenize([taught[place].question for place in batch])
            vectors = torch.nn.functional.normalize(asked(features)["sentence_embedding"], dim=1)
            losses = [
                _loss(vector, torch.nn.functional.normalize(stand[place], dim=1), taught[place])
                for vector, place in zip(vectors, batch, strict=True)
            ]
            loss = torch.stack(losses).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss) * len(batch)
        say(f"  epoch {epoch + 1}: loss {total / len(taught):.4f}")
    asked.save_pretrained(str(out), create_model_card=False)
    return SentenceTransformerEncoder(str(out))


def _loss(vector: Any, members: Any, lesson: Lesson) -> Any:
    """The margins by which worse sets come too near to better ones, or before them."""
    import torch  # noqa: PLC0415

    relevance = (members @ vector + 1) / 2
    weight = torch.exp((relevance - relevance.max()) / (2 * SCALE))
    kernel = weight[:, None] * (members @ members.T + 1) / 2 * weight[None, :]
    places = torch.tensor(lesson.sets)
    values = torch.linalg.slogdet(kernel[places[:, :, None], places[:, None, :]]).logabsdet
    spreads = values.max() - values.min()
    values = (values - values.min()) / (spreads if spreads > 0 else 1)
    rank = torch.arange(len(values))
    behind = (rank[None, :] - rank[:, None]).clamp(min=0)
    margins = (values[None, :] - values[:, None] + MARGIN * behind).clamp(min=0)
    return margins[behind > 0].mean()


def right(dataset: Dataset, selection: Selection, asked: Model) -> list[bool]:
    """Label the test, the nearest demonstration last; say which answers are right."""
    trials: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        run = labelling(dataset, selection, asked, Path(folder))
        replace(run, ordering=SimilarLast())(trials.extend)
    return [trial.scores["accuracy"] == 1 for trial in trials]


def compared(dataset: Dataset, asked: Model, out: Path) -> dict[str, list[bool]]:
    """Return what each way of choosing has right."""
    plain = SentenceTransformerEncoder("sentence-transformers/all-MiniLM-L6-v2")
    epr = EPR(K, BM25(K), plain, dataset.task, CLASSIFY, training=Training(), text=TEXT)
    learned = epr.learned(solve(epr.fit(dataset.pool), asked)).encoder
    taught = lessons(dataset, learned, asked)
    folder = Path(model_folder(learned.name, None))
    towers = Towers(trained_on_sets(folder, taught, out), learned)
    ways: dict[str, Selection] = {
        "knn": KNN(K, plain, TEXT),
        "dpp": DPP(K, KNN(K, plain, TEXT), plain, text=TEXT),
        "epr": KNN(K, learned, TEXT),
        "epr, then the kernel": DPP(K, KNN(K, learned, TEXT), learned, text=TEXT),
        "trained on sets": Compositional(K, towers),
    }
    return {name: right(dataset, way, asked) for name, way in ways.items()}


def main() -> None:
    """Compare on each data set, and print one table."""
    options = parser(__doc__)
    options.add_argument("--data", nargs="+", default=["sst2"], help="folders of the shared data")
    options.add_argument("--examples", type=int, default=100, help="test examples")
    options.add_argument("--pool", type=int, default=400, help="members of the pool")
    options.add_argument("--threads", type=int, default=THREADS, help="threads that compute")
    told = options.parse_args()
    limit_threads(told.threads)
    rows, found = list[str](), dict[str, Any]()
    for name in told.data:
        path = str(SHARED / name)
        dataset = Jsonl(path, limit=told.examples, pool_limit=told.pool).load()
        with tempfile.TemporaryDirectory() as folder:
            ways = compared(dataset, fresh(model()), Path(folder) / "trained")
        found[name] = {way: sum(each) / len(each) for way, each in ways.items()}
        for way, each in ways.items():
            pairs = list(zip(each, ways["epr"], strict=True))
            better, worse = pairs.count((True, False)), pairs.count((False, True))
            pvalue = mcnemar(better, worse).pvalue
            accuracy = 100 * found[name][way]
            rows.append(f"| {name} | {way} | {accuracy:.1f} | {better}, {worse} | {pvalue:.2g} |")
            say(rows[-1])
    lines = ["| data | demonstrations | accuracy, % | better, worse than EPR | p |"]
    lines += ["|---|---|---|---|---|", *rows]
    page = "\n\n".join([(__doc__ or "").strip(), "\n".join(lines)]) + "\n"
    keep("set_training", page, {"name": "set_training", "machine": machine(), **found}, told.out)


if __name__ == "__main__":
    main()
