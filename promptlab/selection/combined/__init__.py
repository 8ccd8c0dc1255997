"""Selections made of other selections.

`fused.py` and `rerank.py` rank anew what others found; `filtered.py`, `stratified.py`,
`balanced.py` (by `round_robin.py`) and `budget.py` choose among it; `two_pass.py` asks in between.
"""
