"""How many demonstrations the prompts of a question show, which its strategy may have changed.

Auto-CoT leaves out those that it cannot solve, PAL shows programs of its own, and zero-shot chain
of thought shows none.
"""

from collections.abc import Iterable, Sequence

from promptlab.types import Call, Example, Exchange, Prompt, Question


def shown(exchanges: Iterable[Exchange], question: Question, demos: Sequence[Example]) -> int:
    """Count the demonstrations that a question's prompts show.

    The template says where a prompt shows them; where none of the prompts does, those count that
    stand in one that asks the question.

    Args:
        exchanges: Of the question.
        question: What is asked.
        demos: What the strategy was given.
    """
    prompts = list(dict.fromkeys(_prompts(exchanges)))
    parted = [prompt for prompt in prompts if prompt.cuts]
    if not parted:
        asking = (prompt.text for prompt in prompts if question.text in prompt.text)
        return max((len(_named(text, demos)) for text in asking), default=0)
    # Each may be shown in a prompt of its own, and its answer's values added.
    apart = {place for prompt in parted for place in _named(_between(prompt), demos)}
    return max(len(apart), *(len(prompt.cuts) - 1 for prompt in parted))


def _prompts(exchanges: Iterable[Exchange]) -> Iterable[Prompt]:
    """Yield what the strategy asked the model under test."""
    for exchange in exchanges:
        asked = exchange.request
        if not isinstance(asked, Call) and asked.to == "model" and exchange.stage == "strategy":
            yield asked.prompt


def _between(prompt: Prompt) -> str:
    """Return what stands from the first demonstration to the end of the last."""
    (first, start), (last, end) = prompt.cuts[0], prompt.cuts[-1]
    texts = [message.content for message in prompt.messages[first : last + 1]]
    if first < last:
        return "\n".join(texts[:-1])
    return texts[0][start:end]


def _named(text: str, demos: Sequence[Example]) -> set[int]:
    """Return the places of the demonstrations whose questions stand in a text."""
    return {place for place, demo in enumerate(demos) if demo.question.text in text}
