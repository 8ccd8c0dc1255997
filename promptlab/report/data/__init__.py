"""What a report says: rankings, costs, outcomes, factors, pairs, in plain objects.

Read `standings.py` first: it holds the variants of one data set, with every answer at hand, from
what `reading/` reads of their runs. `views/` are what else the report shows of them.
"""
