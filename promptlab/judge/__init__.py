"""Judging finished runs, and measuring the judge: nobody is asked a question again.

`judged_run.py` reads what is judged, `item.py` is one thing to judge, `record.py` where verdicts
are kept, `judging.py` the loop; `measures.py` and `standing.py` say what came of it, and
`outcome.py` what `judge.json` holds.
"""
