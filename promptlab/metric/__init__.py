"""How an answer is scored.

`accuracy.py` first; `overlap/` compares words, `math/` formulas, `passages/` what was retrieved;
`checks/` needs no right answer, and `judge.py` asks a model. `summary.py` is what a run comes to:
`classes/`, `confidence/`, `slices.py`, and costs.
"""
