"""Several edits, one after another."""

from collections.abc import Mapping

from promptlab.protocols import Edit, Template
from promptlab.types import Task


def apply(edits: Mapping[str, Edit], task: Task, template: Template) -> tuple[Task, Template]:
    """Make the edits in their order.

    Raises:
        ValueError: one of them changes nothing here: the prompt is a file that does not name the
            instruction, say.
    """
    for name, edit in edits.items():
        before = task
        task, template = edit(task, template)
        named = getattr(getattr(template, "source", None), "names", ("instruction",))
        if task != before and "instruction" not in named:
            raise ValueError(
                f"edit={name} changes the instruction, and {template.name} is a file that does not "
                "show it: write {{ instruction }} where it belongs"
            )
    return task, template
