import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from promptlab.index.ranking import best


@given(st.lists(st.integers(-3, 3), max_size=30), st.integers(0, 40))
def test_the_best_are_those_of_a_stable_sort(scores, count):
    expected = sorted(range(len(scores)), key=lambda index: (-scores[index], index))[:count]
    assert best(np.array(scores, dtype=np.float64), count) == expected
