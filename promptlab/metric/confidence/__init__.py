"""How far a run's confidence can be believed: each figure is one file."""
