"""Demonstrations that are unlike each other.

For each question, of what another selection ranks first: `mmr.py` and `dpp.py`, which weigh how
near it is, and `facility_location.py` and `k_center.py`, which cover it. Once for all questions,
to cover the pool: `cluster.py` (by `kmeans.py`). `scaled.py` brings scores to one
range, `ties.py` keeps copies in order, and `set_choice.py` is what those that cover have in common.
"""
