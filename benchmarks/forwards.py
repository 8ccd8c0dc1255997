"""Watch a model's forward passes from outside: how long they take, how many tokens they compute.

Whoever loads weights through transformers gets a model that is watched. The clock runs while
anything of the model computes: the whole of it, the layers without the head, or the head alone. Our
engine takes the head's product itself, in float32, which is the model's work none the less: that is
timed apart.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from transformers import AutoModelForCausalLM

from promptlab.engine.lm_head import Head


@dataclass
class Watch:
    """What was seen so far.

    Attributes:
        seconds: Inside forward passes.
        head: Inside the head, where the engine computes it in the model's place.
        passes: How many there were.
        read: Positions that were computed, padding included, pass by pass.
        headed: Places whose logits were computed, call by call.
    """

    seconds: float = 0.0
    passes: int = 0
    head: float = 0.0
    read: list[int] = field(default_factory=list)
    headed: list[int] = field(default_factory=list)
    _inside: int = 0
    _since: float = 0.0

    @property
    def tokens(self) -> int:
        """Positions that were computed in all."""
        return sum(self.read)

    def reset(self) -> None:
        """Forget."""
        self.seconds, self.passes, self.head = 0.0, 0, 0.0
        self.read.clear()
        self.headed.clear()

    def over(self, model: Any) -> Any:
        """Watch a model, and give it back."""
        for module in {model, model.base_model, model.get_output_embeddings()}:
            module.register_forward_pre_hook(self._enter, with_kwargs=True)
            module.register_forward_hook(self._leave, always_call=True)
        model.get_input_embeddings().register_forward_pre_hook(self._read)
        return model

    def heads(self, compute: Callable[..., Any]) -> Callable[..., Any]:
        """Watch a function that computes a head."""

        def timed(*arguments: Any) -> Any:
            self.headed.append(len(arguments[1]))
            start = time.perf_counter()
            try:
                return compute(*arguments)
            finally:
                self.head += time.perf_counter() - start

        return timed

    def _enter(self, *_: Any) -> None:
        if self._inside == 0:
            self._since = time.perf_counter()
            self.passes += 1
        self._inside += 1

    def _leave(self, *_: Any) -> None:
        self._inside -= 1
        if self._inside == 0:
            self.seconds += time.perf_counter() - self._since

    def _read(self, _: Any, arguments: tuple[Any, ...]) -> None:
        self.read.append(arguments[0].numel())


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch every model that is loaded in this context, as long as it lives."""
    watch = Watch()
    load = AutoModelForCausalLM.from_pretrained

    def loaded(*arguments: Any, **options: Any) -> Any:
        return watch.over(load(*arguments, **options))

    AutoModelForCausalLM.from_pretrained = loaded  # type: ignore[method-assign]
    logits, logprobs = Head.logits, Head.logprobs
    Head.logits, Head.logprobs = watch.heads(logits), watch.heads(logprobs)  # type: ignore[method-assign]
    try:
        yield watch
    finally:
        Head.logits, Head.logprobs = logits, logprobs  # type: ignore[method-assign]
        AutoModelForCausalLM.from_pretrained = load  # type: ignore[method-assign]
