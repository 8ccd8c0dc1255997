"""Selections that ask the model, or train on what it says.

`one_shot_gain.py` first: `right_answer.py` says how likely the right answer is with an item shown,
and `validation.py` who is asked for that. `influence.py` shows several at once.
`mdl.py` asks for each question; `epr.py` trains an encoder on it.
"""
