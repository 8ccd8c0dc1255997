"""From a prompt to the exact tokens that are read.

`rendering.py` writes a prompt as the model's template has it and cuts it into tokens; `control.py`
sees to it that no message holds a control token; `wellformed.py` mends half characters.
"""
