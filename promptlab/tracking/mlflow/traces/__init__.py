"""A trial as a trace of MLflow, for a sample of the trials or for all.

`sample.py` chooses them; `spans.py` says what a trial's steps are; `trace.py` makes a trace of
them; `store.py` and `rows.py` write many at once.
"""
