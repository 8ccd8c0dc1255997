"""A table for a paper, in the formats that papers, notes and spreadsheets are made of.

`paper_table.py` first, whose cells are `paper_cell.py`; `words.py` is what all formats say, and
`csv.py`, `markdown.py` and `latex.py` write it.
"""
