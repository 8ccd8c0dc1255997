"""Ask more than once, and count.

`vote.py` counts; `self_consistency.py` draws a fixed number of replies, `esc.py` and
`adaptive_consistency.py` stop when the outcome is sure.
"""
