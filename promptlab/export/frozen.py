"""Which demonstrations, frozen: what a selection found out about its pool is never found anew.

A ranking that is the same for all questions, as a draw and a model's own make it, becomes the
pool's order, of which `first` takes; no more of the pool is kept than can ever be shown. Clusters
are kept by their members. What was chosen to be labelled is the whole pool of what selects from it,
and so is what earlier runs remember.
What depends on the question (`bm25`, `knn`) keeps its whole pool.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from promptlab.export.component import TARGET, described
from promptlab.export.describe import portable
from promptlab.ordering.shared_prefix import ByRank
from promptlab.protocols import Ordering, Select, Selection
from promptlab.selection.diverse.cluster import FittedCluster, KnownClusters
from promptlab.selection.first import First
from promptlab.selection.learned.bootstrap import Bootstrap
from promptlab.selection.learned.epr import EPR
from promptlab.selection.learned.generated import Generated
from promptlab.selection.learned.memory import Remembering
from promptlab.selection.narrowed import Narrowed
from promptlab.selection.ranker import FixedRanking, Ranker
from promptlab.selection.zero import Zero
from promptlab.stages import shows_nobody
from promptlab.types import Example


@dataclass(frozen=True)
class Frozen:
    """A selection as data: its component tree, and the pool that it selects from.

    `fixed` says that all questions have the same demonstrations, unless one of these is the
    question itself; `selection` is what the tree describes, with the stores that the run filled.
    """

    selection: Selection
    tree: Mapping[str, Any]
    pool: tuple[Example, ...]
    fixed: bool


def freeze(
    tree: Mapping[str, Any], selection: Selection, select: Select, pool: Sequence[Example]
) -> Frozen:
    """Freeze a fitted selection.

    Args:
        tree: What it was made of.
        selection: What was made of it.
        select: The same, fitted to the pool.
        pool: All that was selected from.
    """
    if shows_nobody(selection):
        selection, tree = Zero(), described(Zero())
    if isinstance(select, Narrowed | Remembering):
        return freeze(tree["inner"], select.inner, select.select, select.subset)
    if isinstance(selection, Zero | Generated):
        return Frozen(selection, tree, (), fixed=isinstance(selection, Zero))
    if isinstance(select, FixedRanking):
        kept = select.pool.members(select.hits[: _reach(select)])
        first = First(select.k)
        return Frozen(first, described(first), kept, fixed=True)
    if isinstance(select, FittedCluster):
        clusters = KnownClusters(select.k, select.clusters)
        return Frozen(clusters, described(clusters), tuple(pool), fixed=True)
    if isinstance(selection, EPR | Bootstrap) and isinstance(select, Ranker):
        learned = selection.learned(select)
        tree = portable(described(learned))
        return Frozen(learned, tree, select.pool.examples, fixed=False)
    return Frozen(selection, tree, tuple(pool), fixed=False)


def freeze_ordering(
    tree: Mapping[str, Any], ordering: Ordering, pool: Sequence[Example]
) -> Mapping[str, Any]:
    """Freeze a fitted ordering: the component tree it was made of, or what it found of this pool.

    Args:
        tree: What it was made of.
        ordering: The ordering, fitted.
        pool: What is kept of the pool.
    """
    if not isinstance(ordering, ByRank):
        return tree
    order = sorted(range(len(pool)), key=lambda place: ordering.rank(pool[place]))
    return {TARGET: "promptlab.ordering.shared_prefix.KnownOrder", "order": order}


def _reach(select: FixedRanking) -> int:
    """Return how far down the ranking a question that is itself in the pool can reach."""
    by_id, by_content = select.pool.excluded.by_id, select.pool.excluded.by_content
    return select.k + sum(
        max(map(len, index.several.values()), default=1) for index in (by_id, by_content)
    )
