"""From the words of a command line to an experiment.

`overrides.py` takes overrides as people mean them; `compose.py` makes an experiment of a config,
with `component.py`, `validate.py` (types) and `stand_in.py` (what data holds is never resolved);
`folder.py` names where a run is kept.
"""
