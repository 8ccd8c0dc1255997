"""What people have in other tools, as prompt files, a data set and checks of ours.

`read.py` tells the tool by the file, and `promptfoo.py` (with `assertions.py`), `openai.py` and
`dspy.py` read one each into an `imported.py`, which `write.py` writes into a folder. Nothing that a
file holds is run, and what cannot be carried over is named.
"""
