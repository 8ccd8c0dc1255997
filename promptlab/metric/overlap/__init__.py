"""How much two texts have in common.

By words: `token_f1.py`, `rouge.py`. Over all answers of a run: `bleu.py`, `chrf.py`.
"""
