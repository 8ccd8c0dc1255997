"""Every label's share: in the pool, in the test, and in what each selection shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptlab.analysis.inspection.chosen import Chosen
from promptlab.analysis.inspection.measures import LABELLED, balance
from promptlab.types import Example


@dataclass(frozen=True)
class LabelShares:
    """The labels of the task, of the pool and of the test, the pool's most frequent first.

    Attributes:
        heads: What has them: `pool`, `test` where its answers are known, and each selection.
        rows: Of each label its shares, 0 to 1, one for each head.
    """

    heads: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]

    @property
    def missing(self) -> list[str]:
        """The labels that no member of the pool has."""
        return [label for label, shares in self.rows.items() if not shares[0]]


def label_shares(every: Sequence[Chosen]) -> LabelShares:
    """Find the shares of all labels; none where answers are no closed set.

    Args:
        every: What each selection chose, of one data set.
    """
    dataset = every[0].dataset
    asked = [example for example in dataset.test if example.answer]
    parts: list[tuple[str, Sequence[Example]]] = [("pool", dataset.pool)]
    parts += [("test", asked)] if asked else []
    parts += [(_head(each.name), [demo for some in each.demos for demo in some]) for each in every]
    heads = tuple(head for head, _ in parts)
    if dataset.task.answer not in LABELLED:
        return LabelShares(heads, {})
    shares = [balance(part) for _, part in parts]
    labels = dict.fromkeys((*shares[0], *dataset.task.labels, *balance(asked)))
    rows = {label: tuple(share.get(label, 0.0) for share in shares) for label in labels if label}
    return LabelShares(heads, rows)


def _head(name: str) -> str:
    """Call a selection by its name, where that is none of the other columns'."""
    return f"selection {name}" if name in ("label", "pool", "test") else name
