"""The model writes a program, and the tool `python` runs it.

`pal.py`: the program is the reasoning, and its result the answer.
"""
