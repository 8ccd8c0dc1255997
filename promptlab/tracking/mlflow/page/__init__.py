"""What a run's page in MLflow shows, made without a store.

`params.py` is the config, `metrics.py` the numbers and their curves, `note.py` the description, and
`table.py` the trials.
"""
