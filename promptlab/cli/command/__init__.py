"""The commands: `python -m promptlab NAME` calls the function NAME of the file of that name.

`show.py` is the shortest of those that read a configuration, `ui.py` of those that do not. An
experiment or a sweep, which is named by no command, is `cli/run.py`.
"""
