"""The steps of a rationale are its lines."""

import pytest

from promptlab.text.steps import steps


@pytest.mark.parametrize(
    ("rationale", "count"),
    [
        ("", 0),
        (" \n\n", 0),
        ("First this. Then that. So it is so.", 1),
        ("First this.\nThen that.\n\nSo it is so.\n", 3),
        ("先算这个。\n再算那个。", 2),
    ],
)
def test_prose_without_line_breaks_is_one_step(rationale, count):
    assert steps(rationale) == count
