"""How the transformers back ends read and write, in the words of inference.

From a request to its tokens: `tokens/` renders a prompt; `sharing/` reads once what prompts begin
with alike; `scheduler.py` says which rows share a pass; `forward.py` runs one over a `state.py`,
whose keys and values are in `kv_cache.py`; `generation.py` (with `sampler.py` and `stopping.py`)
and `scoring.py` are the two loops on top.
"""
