"""Hold a component against the laws of its kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from promptlab.laws import metric, ordering, selection, strategy, tool
from promptlab.laws.driving import Broken
from promptlab.types import AnswerKind

BY_TASK: dict[str, Any] = {"strategy": strategy.LAWS, "metric": metric.LAWS}
"""Laws of components that are made for a task of some kind."""
OTHERS: dict[str, Any] = {
    "selection": selection.LAWS,
    "ordering": ordering.LAWS,
    "tool": tool.LAWS,
}
GROUPS = (*OTHERS, *BY_TASK)


@dataclass(frozen=True)
class Verdict:
    """What came of a law.

    Attributes:
        law: What it says.
        broken: What was seen; empty where it holds.
        aside: Why it was not looked at; empty where it was.
    """

    law: str
    broken: str = ""
    aside: str = ""


def check(group: str, component: Any, kind: AnswerKind = "label") -> Iterator[Verdict]:
    """Hold a component against the laws of its group, one after another.

    Args:
        group: One of `GROUPS`.
        component: What a yaml of that group makes.
        kind: Of the task that it was made for.
    """
    if group == "strategy" and (message := strategy.refusal(component, kind)):
        yield Verdict("is for this kind of task", aside=message)
        return
    for law in BY_TASK.get(group, OTHERS.get(group, ())):
        given = (component, kind) if group in BY_TASK else (component,)
        yield _verdict(law, given)


def _verdict(law: Callable[..., None], given: tuple[Any, ...]) -> Verdict:
    name = law.__name__.replace("_", " ")
    try:
        law(*given)
    except Broken as seen:
        return Verdict(name, str(seen))
    except OSError as error:  # weights that are not here, say
        return Verdict(name, aside=str(error))
    except Exception as error:  # whatever a component raises is what is to be told
        return Verdict(name, f"{type(error).__name__}: {error}")
    return Verdict(name)
