"""Text, wherever it is compared, cut or shown.

`unicode.py`: ranges of characters and plainer forms. `escaping.py`: data as a person is shown it.
`spelling.py`: the ways in which files write yes and no. `pddl.py`: domains and problems of PDDL.
"""
