"""Demonstrations that are read each on its own, kept, and put side by side where they stand.

`placed.py` says which stand where; `rotary.py` turns keys to another place; `kept.py` reads a
demonstration once and keeps it within bytes; `placing.py` puts them side by side; `blending.py`
reads some of their tokens anew where they stand.
"""
