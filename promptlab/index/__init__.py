"""Search over texts: what selections, and whatever else retrieves, are made of.

`lexical.py` is BM25 over the words that `tokenise.py` makes, by rank-bm25's formulas
(`formula.py`), `tfidf.py` the cosine of their weights, and `overlap.py` what runs of them are
shared. `dense.py` is nearest vectors, which `embedding.py` makes once; `approximate.py` finds them
without looking at all, in the ways that `kind.py` names, and `file.py` keeps the index on disk.
`ranking.py` takes the best of many scores. `imagined.py` is what is searched for
as a passage.
"""
