"""How to ask: programs that turn a question into an answer.

`direct.py` first, then `choose.py`, which reads log-probabilities; `thought/` reasons before it
answers, `voting/` asks more than once. `confidence.py` says how sure a vote is, and
`likelihood.py` how likely a model finds what it wrote.
"""
