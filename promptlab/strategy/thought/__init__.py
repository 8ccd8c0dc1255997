"""Reason first, then answer.

`cot.py` shows demonstrations that reason; `zero_shot_cot.py` asks for it in words; `auto_cot.py`
lets the model write the demonstrations' reasoning. `plan_and_solve.py` and `chain_of_draft.py` say
how to reason; `analogical.py`, `step_back.py`, `rephrase.py` and `generated_knowledge.py` ask for
something else first, and `answer_first.py` for the reason last.
"""
