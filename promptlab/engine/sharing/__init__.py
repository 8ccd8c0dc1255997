"""What prompts and continuations begin with alike is read once.

`prefix_tree.py` plans what prompts share and `prefix_cache.py` keeps it; `continuation_tree.py`
is the continuations of one prompt.
"""
