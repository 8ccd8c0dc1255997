"""What a selection chooses, seen without asking a model.

`chosen.py` first: what was chosen for every question. `measures.py` is what it comes to, in
numbers, `label_shares.py` how often each label is shown, and `places.py` where pool and questions
lie on a plane.
"""
