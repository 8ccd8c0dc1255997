"""Several ways to an answer, of which the best is taken.

`best_of_n.py` draws whole answers and has them verified; `self_verify.py` has the model check its
own; `tree_of_thoughts.py` searches step by step, where `thoughts.py` says what comes next and
`judgement.py` what that is worth.
"""
