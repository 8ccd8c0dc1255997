"""What a run cost, by who was asked and by the stage that asked."""

from collections.abc import Iterable
from typing import Any

from promptlab.types import Exchange


def costs(exchanges: Iterable[Exchange]) -> dict[str, dict[str, dict[str, int]]]:
    """Add up exchanges: stage, then role, then `calls`, `prompt_tokens`, `completion_tokens`.

    What several trials asked alike (the making of their demonstrations, say) is counted once.
    """
    distinct = {(each.stage, each.request): each for each in exchanges}
    totals: dict[str, dict[str, dict[str, int]]] = {}
    for (stage, request), exchange in distinct.items():
        spent: Any = totals.setdefault(stage, {}).setdefault(request.to, dict.fromkeys(COUNTED, 0))
        reply = exchange.reply
        for name, count in zip(
            COUNTED, (1, reply.prompt_tokens, reply.completion_tokens), strict=True
        ):
            spent[name] += count
    return totals


COUNTED = ("calls", "prompt_tokens", "completion_tokens")
