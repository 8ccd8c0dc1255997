"""Ask more than once, and count.

`vote.py` counts; `self_consistency.py` draws a fixed number of replies, `esc.py` and
`adaptive_consistency.py` stop when the outcome is sure. In `complexity.py` the longest chains
vote, in `weighted.py` draws have weights, and in `universal_self_consistency.py` the model picks.
`rating.py` asks what an answer is worth, and `drawable.py` says what can be drawn more than once.
"""
