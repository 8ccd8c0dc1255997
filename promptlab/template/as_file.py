"""A template with a task's instruction in it, as a prompt file that writes the same."""

import re
from collections.abc import Mapping
from dataclasses import fields
from string import Formatter
from typing import Any

import yaml

from promptlab.protocols import Template as AnyTemplate
from promptlab.template.pieces import Template
from promptlab.template.prompt_file import PromptFile
from promptlab.template.source import SETTINGS
from promptlab.types import Task

_INSTRUCTION = re.compile(r"\{\{-?\s*instruction\s*-?\}\}")
_MEANT = re.compile(r"[{}]+")


def as_prompt_file(template: AnyTemplate, task: Task) -> PromptFile | None:
    """Write a template, and the instruction that it shows, as a prompt file.

    Args:
        template: Of pieces, or a prompt file, whose `{{ instruction }}` becomes what it is.
        task: Has the instruction.

    Returns:
        The file, to be held against the template before it is trusted (a piece may hold what no
        file can say); None where there is no way.
    """
    if isinstance(template, PromptFile):
        said = _literal(task.instruction.replace("{labels}", ", ".join(task.labels)))
        return PromptFile(_INSTRUCTION.sub(lambda _: said, template.text), template.path)
    if not isinstance(template, Template) or _lead(template.answer) != _lead(template.reasoned):
        return None
    head = _literal(template._instruction(task))  # noqa: SLF001  its own file
    if template.layout == "text":
        front = yaml.safe_dump(_settings(template), allow_unicode=True, sort_keys=False)
        return PromptFile(f"---\n{front}---\n{head}{_document(template)}", "prompt.j2")
    asked: list[dict[str, Any]] = [{"role": "user", "content": _document(template)}]
    if template.layout == "turns":
        shown = _body(template, "demonstration.")
        pair = [_turn("user", shown), _turn("assistant", "{{ demonstration.solution }}")]
        asked = [{"demonstrations": pair}, _turn("user", _body(template))]
    turns = [*([_turn("system", head)] if head.strip() else []), *asked]
    plain = {**_settings(template), "messages": turns}
    return PromptFile(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False), "prompt.yaml")


def _turn(role: str, content: str) -> dict[str, Any]:
    return {"role": role, "content": content}


def _settings(template: Template) -> dict[str, Any]:
    """Return the pieces that a file's front matter sets, where they are not the usual ones."""
    usual = Template("usual", layout=template.layout)
    names = [field.name for field in fields(Template) if field.name in SETTINGS]
    known = {name: getattr(template, name) for name in names}
    return {
        name: _plain(value)
        for name, value in known.items()
        if value != getattr(usual, name) or name in ("stop", "short_stop")
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _document(template: Template) -> str:
    """Write solved questions and the one asked as one text."""
    space = _lead(template.answer)
    cue, separator = _literal(template.cue), _literal(template.separator)
    solved = f"{_body(template, 'shown.')}{cue}{space}{{{{ shown.solution }}}}{separator}"
    return f"{{% for shown in demonstrations %}}{solved}{{% endfor %}}{_body(template)}{cue}"


def _lead(answer: str) -> str:
    """Return the white space before a solution, which a file writes itself."""
    return answer[: len(answer) - len(answer.lstrip())]


def _body(template: Template, of: str = "") -> str:
    """Write a question by its parts; what is empty is left out."""
    return "".join(_part(template, part, of) for part in template.parts)


def _part(template: Template, part: str, of: str) -> str:
    name = f"{of}{part}"
    if part in ("turns", "passages"):
        end = "" if part == "turns" else _end(template)
        return f"{{% if {name} %}}{{{{ {name} }}}}{end}{{% endif %}}" if not of else ""
    written = "".join(
        _literal(text) + (f"{{{{ {of}{field} }}}}" if field else "")
        for text, field, _, _ in Formatter().parse(getattr(template, part))
    )
    return written if part == "question" else f"{{% if {name} %}}{written}{{% endif %}}"


def _end(template: Template) -> str:
    """Return the line breaks after what was retrieved, which a file prints without them."""
    one = template.passage + (template.passages.partition("{passages}")[2])
    return one[len(one.rstrip("\n")) :]


def _literal(text: str) -> str:
    """Write a text so that nothing in it is read as Jinja."""
    return _MEANT.sub(lambda found: f"{{{{ '{found[0]}' }}}}", text)
