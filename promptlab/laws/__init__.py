"""What every component keeps to, whoever wrote it, and whatever a model says.

A file for each kind of component: `selection.py`, `ordering.py`, `strategy.py`, `metric.py`,
`tool.py`. Each has `LAWS`, functions that are given a component and raise `Broken`; `driving.py`
answers what a component asks, and `check.py` holds a component against all laws of its kind.
"""
