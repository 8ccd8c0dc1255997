"""What a run cost, by who was asked and by the stage that asked."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from promptlab.types import Exchange

COUNTED = ("calls", "prompt_tokens", "completion_tokens")
Spent = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By stage and role, what was counted, and its `cost` where there is a price."""
Price = Callable[[str, int, int], float | None]
"""What so many prompt and completion tokens of a role cost; None where no price is said."""


def unpriced(_role: str, _prompt_tokens: int, _completion_tokens: int) -> None:
    """Know no price."""


def costs(
    exchanges: Iterable[Exchange], price: Price = unpriced
) -> dict[str, dict[str, dict[str, Any]]]:
    """Add up exchanges: stage, then role, then `calls`, `prompt_tokens`, `completion_tokens`.

    A role that has a price has a `cost` too, of all its tokens: what a store of completions had
    costs as if it had been asked for. What several trials asked alike (the making of their
    demonstrations, say) is counted once.
    """
    distinct = {(each.stage, each.request): each for each in exchanges}
    totals: dict[str, dict[str, dict[str, Any]]] = {}
    for (stage, request), exchange in distinct.items():
        spent = totals.setdefault(stage, {}).setdefault(request.to, dict.fromkeys(COUNTED, 0))
        reply = exchange.reply
        counts = (1, reply.tokens_read, reply.completion_tokens)
        for name, count in zip(COUNTED, counts, strict=True):
            spent[name] += count
    for roles in totals.values():
        for role, spent in roles.items():
            cost = price(role, spent["prompt_tokens"], spent["completion_tokens"])
            spent.update({} if cost is None else {"cost": cost})
    return totals


def total(spent: Spent) -> dict[str, float]:
    """Return the `cost` of all stages and roles that have a price; nothing where none has."""
    each = [role["cost"] for roles in spent.values() for role in roles.values() if "cost" in role]
    return {"cost": sum(each)} if each else {}
