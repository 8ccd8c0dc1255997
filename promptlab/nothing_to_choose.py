"""Where choose stands and the answers are open: refused by its place, before anything is asked.

It may stand within an ordering or a selection that compares what the model makes of demonstrations,
whatever strategy answers the questions themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from promptlab.strategy.choose import Choose


def check_choosing(parts: Mapping[str, object]) -> None:
    """Refuse a choose that no question gives anything to choose from.

    Args:
        parts: The stages, by the config's names.

    Raises:
        ValueError: there is one; says where it stands, and what could stand there.
    """
    for place, choose in _within("", parts):
        if choose.is_open:
            raise ValueError(
                f"{place} is choose, which scores every possible answer, and the answers of a "
                f"{choose.task.answer!r} task{_unlabelled(choose)} are open; expected a label task "
                "with labels, a choice task or a yes_no task (dataset.task.answer=), or another "
                f"strategy there: {_instead(place)}"
            )


def _within(place: str, part: object) -> Iterator[tuple[str, Choose]]:
    """Yield every choose within a component, and its config key."""
    if isinstance(part, Choose):
        yield place, part
    named = part if isinstance(part, Mapping) else {}
    if is_dataclass(part) and not isinstance(part, type):
        named = {field.name: getattr(part, field.name) for field in fields(part)}
    for name, each in named.items():
        yield from _within(f"{place}.{name}" if place else str(name), each)


def _unlabelled(choose: Choose) -> str:
    return " without labels" if choose.task.answer == "label" else ""


def _instead(place: str) -> str:
    if place == "strategy":
        return "strategy=direct"
    return f"strategy@{place}=self_consistency, whose votes can be compared"
