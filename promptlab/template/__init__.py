"""How a prompt is written: by pieces that are set one by one, or by a file that a person wrote.

`pieces.py` is the first, of which every yaml of conf/template is one; `prompt_file.py` the second:
`source.py` reads a file, `variables.py` says what it may name, and `rendering.py` fills it in.
"""

from promptlab.template.pieces import LETTERS, PLACEHOLDERS, QA, Template
from promptlab.template.prompt_file import PromptFile, read_prompt_file

__all__ = ["LETTERS", "PLACEHOLDERS", "QA", "PromptFile", "Template", "read_prompt_file"]
