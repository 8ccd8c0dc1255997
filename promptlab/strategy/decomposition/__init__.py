"""Simpler questions first.

All at once (`least_to_most.py`), or one after another (`self_ask.py`); each kind of them answered
in its own way (`decomposed.py`).
"""
