"""`python -m promptlab`: each command is a file, and only these files know Hydra.

`main.py` chooses one of `command/`; `run.py` runs an experiment or a sweep; `config/` makes
experiments of what was typed; `explain.py` says what went wrong.
"""
