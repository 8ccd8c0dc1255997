"""How an answer is scored.

`accuracy.py` first; the others beside it score words (`token_f1.py`, `rouge.py`, `bleu.py`), passages
(`retrieval.py`, `citations.py`) or reasoning; `math/` compares formulas, `checks/` needs no right
answer, `judge.py` asks a model. `summary.py` is what a run comes to: classes, `confidence/`,
`slices.py`, costs.
"""
