"""What finished runs show, computed from their records.

`statistics` has the tests and intervals, on plain numbers; `comparison` reads runs back from their
folders and compares them example by example; `racing` and `search` decide what to ask next. Read
`comparison/compare.py` first: it is what a report is made of.
"""
