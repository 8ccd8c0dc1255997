"""How golden files write a request: the prompt as it is read, and how its reply ends."""

import numpy as np

from promptlab.types import Call, Score


class ByLength:
    """An encoder to which texts of like length are alike."""

    identity = "by length"

    def encode(self, texts):
        return np.array([(len(text), 9) for text in texts], dtype=np.float32)

    def trained(self, triples, training):
        """Learn nothing."""
        return self


def written(request):
    """Write a request; a prompt ends at the mark."""
    if isinstance(request, Call):
        return f"{request.to}:\n{request.input}⏎"
    text = request.prompt.text + "⏎"
    if isinstance(request, Score):
        return f"{text}\n    {' | '.join(map(repr, request.continuations))}"
    return f"{text}\n    at most {request.sampling.max_tokens} tokens, stop {request.sampling.stop}"
