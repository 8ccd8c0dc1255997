"""Search over texts: what selections, and whatever else retrieves, are made of.

`lexical.py` is BM25 over the words that `tokenise.py` makes, by rank-bm25's formulas
(`formula.py`), and `tfidf.py` the cosine of their weights; `dense.py` is nearest vectors,
`embedding.py` makes them once and `file.py` keeps the index on disk; `ranking.py` takes the best
of many scores.
"""
