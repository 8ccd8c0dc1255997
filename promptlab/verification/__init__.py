"""Is this installation right? Closed forms and recorded replies, computed anew and compared.

`check.py` is one check and what became of it; `oracles/` has values that a formula gives,
`replays/` what recorded replies come to, and `suite.py` runs them.
"""
