"""What a report says: rankings, costs, outcomes, factors, pairs, in plain objects.

Read `standings.py` first: it holds the variants of one data set, with every answer at hand.
"""
