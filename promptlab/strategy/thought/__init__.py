"""Reason first, then answer.

`cot.py` shows demonstrations that reason; `zero_shot_cot.py` asks for it in words; `auto_cot.py`
lets the model write the demonstrations' reasoning.
"""
