"""Programs are scored by the tests that they pass, run by a tool.

`pass_at_k.py` is the estimate over draws, `harness.py` the program that is run, and `passed.py` the
metric.
"""
