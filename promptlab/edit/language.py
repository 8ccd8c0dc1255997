"""Which language an instruction is in, as far as an edit has words for it."""

import re

from promptlab.protocols import Template
from promptlab.text.unicode import HAN
from promptlab.types import Task

_HAN = re.compile(f"[{HAN}]")


def is_chinese(task: Task, template: Template) -> bool:
    """Tell whether the instruction is Chinese; where there is none, whether the template is."""
    return bool(_HAN.search(task.instruction or template.trigger))
