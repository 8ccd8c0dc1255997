"""A small sweep."""

import pytest
from report_runs import settings, trials, write


@pytest.fixture
def sweep(tmp_path):
    """Six variants of 40 examples: two selections, three numbers of demonstrations."""
    shares = {"knn": 0.95, "random": 0.4}
    for selection, share in shares.items():
        for k in (1, 2, 4):
            prompt = f"{'Demo. ' * k}Q: {{}}\nA:"
            made = trials(share + 0.01 * k, prompt=prompt, tokens=10 * k)
            write(tmp_path, f"{selection},k={k}", made, config=settings(selection, k))
    return tmp_path
