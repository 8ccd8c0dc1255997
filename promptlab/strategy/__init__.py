"""How to ask: programs that turn a question into an answer.

`direct.py` first, then `choose.py`, which reads log-probabilities by the modes of `scoring/`, and
`calibration/`, which takes away what a model prefers; `options/` asks in other orders. `thought/`
reasons before it answers, `programs/` by a program that is run; `decomposition/` asks simpler
questions first, `refinement/` looks at an answer again, `acting/` calls tools, `voting/` asks more
than once, and `search/` takes the best of several ways to an answer.
`confidence.py` says how sure a vote is, and `likelihood.py` how likely a model finds what it wrote.
"""
