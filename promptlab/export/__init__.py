"""The winner out: what was measured, as a folder of data that a product loads.

`write.py` writes the folder, with `frozen.py` (which demonstrations), `verify.py` (that it asks
what was recorded) and `readme.py`; `load.py` reads it, or a run's own folder, and makes a
`winner.py` of it, from the components that `component.py` allows. `to/` are other tools' formats.
"""
