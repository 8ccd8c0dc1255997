"""Selections that ask the model, or train on what it says.

`influence.py` first: `right_answer.py` says how likely the right answer is with an item shown.
`mdl.py` asks for each question; `epr.py` trains an encoder on it.
"""
