"""Where a sweep's differences come from: which setting moves the score, and what only looks so.

`variance.py` splits the variance between runs; `sensitivity.py` is how far one factor moves the
score, and `fragility.py` finds gains smaller than the effect of an order or a draw.
"""
