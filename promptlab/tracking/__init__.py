"""Where people look at runs: MLflow, or nowhere.

`mlflow/` records runs, traces and prompts, and can be filled again from the records; `pending.py`
notes which records a store has not got yet.
"""
