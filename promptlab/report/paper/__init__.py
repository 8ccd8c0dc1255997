"""A table for a paper, in the formats that papers, notes and spreadsheets are made of.

`words.py` is what all of them say; `csv.py`, `markdown.py` and `latex.py` write it.
"""
