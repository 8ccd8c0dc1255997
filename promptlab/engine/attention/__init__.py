"""Attention on a CPU, and to a beginning that is held once.

`shared.py` is what transformers calls; `shared_prefix.py` is what it attends to in front of each
row's own columns; `blocked.py` does short prompts in blocks that stay in the processor's cache.
"""
