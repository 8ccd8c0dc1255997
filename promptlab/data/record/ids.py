"""Ids: every example is named by one; which of them pool and test share because they are the same.

In two files the id 7 most often means two questions, for ids count the rows of their files. An id
that the data gives a question of its own means that question wherever it stands.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from promptlab.data.record.draft import Draft

DIGITS = 8
"""Digits from which on a number counts no rows: that of a tweet, or of a page."""
_COUNTED = re.compile(r"(?P<prefix>(?:.*\D)?)\d{1,7}", re.DOTALL)


def unique_ids(
    test: Sequence[Draft], pool: Sequence[Draft], shared: frozenset[str] = frozenset()
) -> tuple[list[Draft], list[Draft]]:
    """Number the ids that repeat an earlier one, the test's first: `7`, `7#2`, `7#3`.

    Args:
        test: What is asked.
        pool: What demonstrations are chosen from.
        shared: Ids that mean the same question in both, and stay as they are.
    """
    taken = {draft.id for draft in (*test, *pool)}
    counts: Counter[str] = Counter()

    def numbered(draft: Draft) -> Draft:
        counts[draft.id] += 1
        if counts[draft.id] == 1:
            return draft
        while (name := f"{draft.id}#{counts[draft.id]}") in taken:
            counts[draft.id] += 1
        taken.add(name)
        return replace(draft, id=name)

    named = [numbered(draft) for draft in test]
    return named, [draft if draft.id in shared else numbered(draft) for draft in pool]


def shared_ids(test: Sequence[Draft], pool: Sequence[Draft]) -> frozenset[str]:
    """Return the ids that mean the same question in the files of test and pool.

    None do where those of both files are one name and few digits (`q1`, `q2`, …): they count rows.
    Of others, none does that has no letter and few digits, nor one that several rows of a file
    have: it names what they have in common, a conversation say, or a passage.

    Args:
        test: The drafts of one file.
        pool: Those of another.
    """
    if all(map(_count_rows, (test, pool))):
        return frozenset()
    return _own(test) & _own(pool)


def _own(drafts: Sequence[Draft]) -> frozenset[str]:
    """Return the ids that the data itself gives, each to one question."""
    counts = Counter(draft.id for draft in drafts)
    return frozenset(
        draft.id
        for draft in drafts
        if draft.named and counts[draft.id] == 1 and not _is_number(draft.id)
    )


def _is_number(name: str) -> bool:
    """Say whether an id may be no more than the place of a row: 7, 3.12, 12-4."""
    return not any(map(str.isalpha, name)) and sum(map(str.isdigit, name)) < DIGITS


def _count_rows(drafts: Sequence[Draft]) -> bool:
    """Say whether ids are one name and the numbers of rows, or of some rows of a longer file."""
    found = [_COUNTED.fullmatch(draft.id) for draft in drafts]
    return all(found) and len({each["prefix"] for each in found if each}) == 1
