"""What to label, where only so many labels can be paid for.

`vote_k.py` and `complexity.py` read the pool alone; `confidence_vote_k.py` and `uncertain.py` ask
the model (`votes.py`). What is retrieved later comes from what was chosen here.
"""
