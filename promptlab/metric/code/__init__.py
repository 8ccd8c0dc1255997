"""Answers that can be carried out are scored by that, which a tool does.

`pass_at_k.py` is the estimate over draws, `harness.py` the program with its tests that is run, and
`passed.py` the metric; `plan_holds.py` is that of plans.
"""
