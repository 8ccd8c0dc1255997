"""What a model prefers before it has read the question, and how to take it away.

`references.py` says of what the preference is learnt; `prior.py` divides by it, `prototypes.py`
draws other borders, `letters.py` does it for the letters of choices; `recorded.py` reads a run that
is over. `abstaining.py` gives only the answers that are sure enough, by a `threshold.py`.
"""
