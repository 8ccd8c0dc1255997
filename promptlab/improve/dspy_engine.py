"""Any model of ours, as DSPy asks one: `dspy.LM("promptlab", engine=Engine(…))`.

This file is imported where DSPy is: it takes a second.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from dspy.lm15 import Message as Told
from dspy.lm15 import Response, Usage

from promptlab.improve.ledger import Ledger
from promptlab.types import Completion, Failed, Generate, Message, Prompt, Sampling


@dataclass
class Engine:
    """Answers DSPy's requests until its tokens are spent; then it says nothing, which costs none.

    So an optimiser always ends by itself: what it tries too late counts as wrong.

    Attributes:
        ledger: Who answers; one request at a time, whatever threads DSPy has.
        role: To whom requests go.
        budget: The ledger's tokens at which nothing more is asked.
        max_tokens: Of a reply, where DSPy does not say.
        seed: Of all draws; the same request, asked again, is another draw.
    """

    ledger: Ledger
    role: str
    budget: int
    max_tokens: int = 256
    seed: int = 0
    _asked: Counter[str] = field(default_factory=Counter)

    def complete(self, request: Any) -> Response:
        """Answer one request."""
        asked = self._request(request)
        if self.ledger.tokens >= self.budget:
            return _response(request, Completion("", "length"))
        (reply,) = self.ledger.answer([asked])
        if isinstance(reply, Failed):
            raise reply.error
        assert isinstance(reply, Completion)  # noqa: S101  it was asked to generate
        return _response(request, reply)

    def _request(self, request: Any) -> Generate:
        told, config = request.messages, request.config
        system = _text(request.system)
        turns = [Message("system", system)] if system else []
        turns += [Message(turn.role, turn.text) for turn in told]
        sampling = Sampling(
            temperature=config.temperature or 0.0,
            top_p=config.top_p or 1.0,
            max_tokens=config.max_tokens or self.max_tokens,
            stop=tuple(config.stop or ()),
            seed=self.seed,
        )
        first = Generate(Prompt(tuple(turns)), sampling, self.role)
        with self.ledger.turn:
            draw = self._asked[first.digest]
            self._asked[first.digest] += 1
        return Generate(first.prompt, _drawn(sampling, draw), self.role)


def _drawn(sampling: Sampling, draw: int) -> Sampling:
    """A greedy reply is the same however often it is asked for."""
    if sampling.temperature == 0:
        return sampling
    return replace(sampling, draw=draw)


def _text(system: Any) -> str:
    if system is None or isinstance(system, str):
        return system or ""
    return "\n".join(part.text for part in system)


def _response(request: Any, reply: Completion) -> Response:
    return Response(
        id=None,
        model=request.model,
        message=Told.assistant(reply.text),
        finish_reason=reply.finish_reason,
        usage=Usage(input_tokens=reply.prompt_tokens, output_tokens=reply.completion_tokens),
    )
