"""One record of a file, from what was read to what is asked.

`row.py` is what a reader yields; `nested.py`, `notation.py` and `value.py` get at its fields;
`draft.py` is what was understood of it, named by `ids.py`; `answers.py`, `gold.py`, `choice.py`,
`choices.py` and `classes.py` make out the right answer and the choices.
"""
