"""Texts to vectors.

`sentence_transformer.py` is the encoder, whose files `folder.py` finds and whose long texts
`windows.py` cuts; `threads.py` keeps it to one thread, and `cache.py` its vectors on disk.
"""
