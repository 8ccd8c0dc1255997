"""Who runs a program that a model wrote: never this process.

`executor.py` says what an executor does. `monty.py` needs nothing but a package of pip, and runs a
part of Python; `bubblewrap.py` runs all of it in a jail of Linux, with the filter of `seccomp.py`.
"""
