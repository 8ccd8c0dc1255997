"""Simpler questions first: `least_to_most.py`."""
