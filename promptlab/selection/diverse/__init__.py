"""Demonstrations that are unlike each other.

For each question, of what another selection ranks first: `mmr.py`, `dpp.py`. Once for all
questions, to cover the pool: `facility_location.py`, `k_center.py`, `cluster.py` (by `kmeans.py`).
`scaled.py` brings scores to one range.
"""
