"""Texts to vectors.

`sentence_transformer.py` is the encoder, whose files `folder.py` finds; `cache.py` keeps its
vectors on disk.
"""
