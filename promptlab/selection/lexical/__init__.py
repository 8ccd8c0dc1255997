"""By words: what a question and a pool's item say alike.

`bm25.py` first; `tfidf.py` and `ngram_overlap.py` weigh words otherwise. Each hands on a
`Ranker`, which any selection of `combined/` and `diverse/` takes.
"""
