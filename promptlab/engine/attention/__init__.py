"""Attention to a beginning that is held once, and on a CPU in blocks.

`shared.py` is what transformers calls; `shared_prefix.py` is what it attends to in front of each
row's own columns; `flash.py` are torch's kernels that say how much they weigh; `blocked.py` does
short prompts on a CPU in blocks that stay in the processor's cache.
"""
