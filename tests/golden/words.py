"""How golden files write a request: the prompt as it is read, and how its reply ends."""

from promptlab.types import Score


def written(request):
    """Write a request; a prompt ends at the mark."""
    text = request.prompt.text + "⏎"
    if isinstance(request, Score):
        return f"{text}\n    {' | '.join(map(repr, request.continuations))}"
    return f"{text}\n    at most {request.sampling.max_tokens} tokens, stop {request.sampling.stop}"
