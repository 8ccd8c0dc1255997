"""A planner: a domain and a problem of PDDL in, a plan out; or a plan checked.

`forms.py` tells the parts of a text apart, `worker.py` is the process in which they are read and
solved, `solver.py` asks that process and ends it in time, and `planner.py` is the tool.
"""
