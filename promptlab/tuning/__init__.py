"""Training an adapter on the pool: what in-context learning is held against.

`lessons.py` says what a run would ask and which reply is right, and `rows.py` in which tokens;
`training.py` trains, by a method of `methods.py`, as `settings.py` says; `record.py` keeps it.
"""
