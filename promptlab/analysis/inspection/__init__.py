"""What a selection chooses, seen without asking a model.

`chosen.py` first: what was chosen for every question. `measures.py` is what it comes to, in
numbers; `places.py` where pool and questions lie on a plane.
"""
