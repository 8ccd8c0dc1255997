"""How a judge is asked: its prompt, what it may say, and what is made of that.

`judge_prompt.py` writes, `options.py` reads, `verdict.py` asks once and again.
"""
