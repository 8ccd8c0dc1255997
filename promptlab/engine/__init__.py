"""How the transformers back ends read and write, in the words of inference.

From a request to its tokens: `tokens/` renders a prompt; `prefix_tree.py` plans what prompts share
and `prefix_cache.py` keeps it; `scheduler.py` says which rows share a pass; `forward.py` runs one
over a `state.py`, whose keys and values are in `kv_cache.py`; `generation.py` (with `sampler.py`
and `stopping.py`) and `scoring.py` (with `continuation_tree.py`) are the two loops on top.
"""
