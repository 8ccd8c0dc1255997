"""Texts to vectors.

`sentence_transformer.py` is the encoder, whose files `folder.py` finds and whose long texts
`windows.py` cuts; `cache.py` keeps its vectors on disk.
"""
