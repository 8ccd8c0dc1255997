"""Who answers: models behind one protocol, each a file.

`embedded.py` and `huggingface.py` compute here, by `engine/`; `vllm.py` on a GPU; `server/` asks
whoever speaks OpenAI's protocol; `replay.py` and `scripted.py` need no weights. `cache/` wraps any
of them and never asks twice.
"""
