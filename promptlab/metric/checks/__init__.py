"""Checks: what must hold of a reply, whether or not a right answer is known.

`checks.py` is the metric; `check.py` reads one check from yaml or from a record, and `kinds.py` has
what each kind looks at.
"""
