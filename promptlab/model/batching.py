"""Which rows share a forward pass: rows of similar length, within a budget of padded tokens."""

from collections.abc import Sequence


def batches(lengths: Sequence[int], *, budget: int, rows: int) -> list[list[int]]:
    """Group the indices of rows, longest first, so that little of a batch is padding.

    The groups depend on the lengths and their order alone, so they are the same from run to run.
    A row longer than the budget is a batch of its own.

    Args:
        lengths: tokens of each row, with the room its reply may take.
        budget: most tokens of a batch, counted as rows times the longest of them.
        rows: most rows of a batch.
    """
    groups: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        fits = groups and len(groups[-1]) < rows
        # The first of a group is its longest.
        if fits and (len(groups[-1]) + 1) * lengths[groups[-1][0]] <= budget:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
