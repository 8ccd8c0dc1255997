"""An answer, given again in the light of what is said of it.

By a criticism (`self_refine.py`), by questions that verify it (`chain_of_verification.py`), or with
a memory of what earlier attempts taught (`reflexion.py`).
"""
