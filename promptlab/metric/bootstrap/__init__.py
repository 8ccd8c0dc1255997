"""How far a figure of a whole run is uncertain, by drawing its answers again.

`interval.py` turns what a figure is on many draws into its interval; `draws.py` draws; `classes.py`
and `confidence.py` compute the figures of their names on all draws together.
"""
