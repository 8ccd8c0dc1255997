"""Any causal language model of Hugging Face's format, by its name on the hub or its folder.

This file is light; torch and transformers are imported when the first prompt is rendered.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlab.machine.turns import in_turn
from promptlab.model.adapter import check_base, of_adapter, virtual_tokens
from promptlab.model.demonstrations import JOINT, Demonstrations
from promptlab.model.price import UNPRICED, Price
from promptlab.model.usage import Usage
from promptlab.protocols import ContextOverflow, Preview
from promptlab.types import (
    Completion,
    Failed,
    Generate,
    ModelReply,
    ModelRequest,
    Prompt,
    Score,
    Scores,
    digest,
)

if TYPE_CHECKING:
    from promptlab.engine.demonstrations.placed import Placed
    from promptlab.engine.generation import GenerateRow
    from promptlab.engine.memory import Budget
    from promptlab.engine.scheduler import Limits
    from promptlab.engine.scoring import ScoreRow
    from promptlab.engine.sharing.prefix_cache import PrefixCache
    from promptlab.model.loading import Weights

# GNU OpenMP's threads wait for each other by spinning, for milliseconds. On cores that other
# programs use as well, a spinning thread keeps out the very one it waits for, and a forward pass
# may take ten times as long. A short spin showed no cost on idle cores. Read when torch is first
# imported, so it stands here; a value from outside is kept.
os.environ.setdefault("GOMP_SPINCOUNT", "3000")

QUANTIZATIONS = ("", "4bit", "8bit")
DTYPES = ("auto", "float32", "float16", "bfloat16", "int8")

ENGINE = "4"
"""Part of the identity, so that no store serves another engine's replies. Raise it whenever what is
drawn or how it is computed changes."""

ENGINE_CUDA = "5"
"""The same on a GPU."""

TEXT_WINDOW = 2048
"""Most tokens of a text that are read together where nothing else is said."""


@dataclass(slots=True)
class _Work:
    """Requests answered so far, and the tokens that each on its own would have had to read."""

    requests: int = 0
    alone: int = 0


def _alone(reply: ModelReply) -> int:
    """The tokens that a request on its own has to read: all but the last, for every reply."""
    if isinstance(reply, Failed):
        return 0
    new = (reply.completion_tokens,) if isinstance(reply, Completion) else reply.lengths
    return sum(reply.prompt_tokens + max(0, tokens - 1) for tokens in new)


def _joined(counts: Sequence[int], told: Sequence[Scores]) -> list[Scores]:
    """Add up the windows of each text."""
    joined, rest = [], iter(told)
    for count in counts:
        some = [next(rest) for _ in range(count)]
        logprob = sum(each.logprobs[0] for each in some)
        length = sum(each.lengths[0] for each in some)
        joined.append(Scores((logprob,), (length,), length))
    return joined


@dataclass(frozen=True)
class HuggingFace:
    """Generate and score with transformers; what prompts share is read once.

    Attributes:
        name: A name on the hub, or the folder of a model.
        revision: Branch, tag or commit on the hub.
        device: As torch names it; `auto` is CUDA where there is one.
        dtype: `float32`, `float16`, `bfloat16`; `auto` is bfloat16 where it is the faster. On a
            CPU also `int8`: weights by channel and activations by token are rounded to eight bits.
        adapter: A PEFT adapter on the hub or in a folder, such as `tune` trains; it is merged into
            the weights, or, where it is one of soft prompts, read before every prompt. Needs the
            extra `peft`.
        quantization: `4bit` (nf4) or `8bit` (LLM.int8), by bitsandbytes, on a GPU or a CPU; needs
            the extra `quant`. In `8bit` an outlier of one prompt changes how the others of its
            batch are rounded.
        batch_tokens: Most tokens of a batch, with padding and the room for replies; fewer where
            memory is short. None is 16,384, and up to 262,144 on a GPU, by its memory.
        trust_remote_code: Whether code that comes with the weights may run.
        demonstrations: How those of one prompt see each other while they are read.
        kept_bytes: Most bytes of demonstrations that are read apart, kept for prompts to come.
        kept_folder: Where they lie on disk, too, for processes to come; '' for nowhere.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    name: str
    revision: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    adapter: str = ""
    quantization: str = ""
    batch_tokens: int | None = None
    trust_remote_code: bool = False
    demonstrations: Demonstrations = JOINT
    kept_bytes: int = 1 << 30
    kept_folder: str = ""
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check the options that models are loaded with."""
        if not self.name:
            raise ValueError("model.name is empty; expected a name on the hub, or a folder")
        if self.dtype not in DTYPES:
            raise ValueError(f"model.dtype is {self.dtype!r}; expected one of {DTYPES}")
        if self.quantization not in QUANTIZATIONS:
            raise ValueError(
                f"model.quantization is {self.quantization!r}; expected one of {QUANTIZATIONS}"
            )
        if self.dtype == "int8" and self.quantization:
            raise ValueError(
                f"model.dtype=int8 rounds the weights, and so does "
                f"model.quantization={self.quantization}: leave one of them out"
            )
        if self.batch_tokens is not None and self.batch_tokens < 1:
            raise ValueError(f"model.batch_tokens is {self.batch_tokens}; expected at least 1")

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """Name, fingerprints of weights and tokenizer, device and dtype; loads no weights."""
        from promptlab.model.fingerprint import of_model, of_tokenizer  # noqa: PLC0415  heavy
        from promptlab.model.loading import found  # noqa: PLC0415  heavy

        device, dtype = self._placement
        with found(self.name, self.revision):
            weights = of_model(self.name, self.revision)
        identity = {
            "name": self.name,
            "weights": weights,
            "tokenizer": of_tokenizer(self._tokenizer),
            "device": device.partition(":")[0],
            "dtype": dtype,
            "adapter": of_adapter(self._adapter) if self._adapter else "",
            "quantization": self.quantization,
            "engine": ENGINE_CUDA if device.startswith("cuda") else ENGINE,
            **self.demonstrations.identity,
        }
        return {key: value for key, value in identity.items() if value}

    @property
    def on_disk(self) -> str:
        """Names the content of the folder that `name` is; empty where it is no folder."""
        if not Path(self.name).is_dir():
            return ""
        from promptlab.model.fingerprint import of_model  # noqa: PLC0415  heavy

        return of_model(self.name, None)

    @in_turn
    def preview(self, prompt: Prompt) -> Preview:
        """Show the text and count the tokens of a prompt; loads no weights."""
        from promptlab.engine.tokens.rendering import render, written  # noqa: PLC0415  heavy

        text = written(self._tokenizer, render(self._tokenizer, prompt))
        # What stands at one place takes no more of the window than the longest of it.
        window = None if self._window is None else self._window + self._saved(prompt)
        return Preview(text, len(self.token_ids(prompt)), window)

    def token_ids(self, prompt: Prompt) -> Sequence[int]:
        """The tokens that are read to complete a prompt; loads no weights."""
        from promptlab.engine.tokens.rendering import ids_of  # noqa: PLC0415  heavy

        ids = ids_of(self._tokenizer, prompt)
        return [*self._virtual, *ids] if self._virtual else ids

    def token_cuts(self, prompt: Prompt) -> Sequence[int]:
        """How many tokens come before each cut of a prompt; none where it is read jointly.

        Raises:
            ValueError: the chat template writes otherwise what is cut.
        """
        from promptlab.engine.tokens.cuts import token_cuts  # noqa: PLC0415  heavy

        if not (self.demonstrations.apart and prompt.cuts):
            return ()
        cuts = token_cuts(self._tokenizer, prompt, prompt.cuts)
        return tuple(len(self._virtual) + cut for cut in cuts)

    @property
    def unordered(self) -> bool:
        """Whether the order of what stands between the cuts changes no reply."""
        return self.demonstrations.parallel

    def score_tokens(self, request: Score) -> "ScoreRow":
        """The tokens that are read and that are scored of a request; loads no weights."""
        from promptlab.engine.scoring import tokenised  # noqa: PLC0415  heavy

        return self._led(tokenised(self._tokenizer, request))

    def _led(self, row: "ScoreRow") -> "ScoreRow":
        """Put the virtual tokens of soft prompts before what is read, where there are any."""
        if not self._virtual:
            return row
        context = [*self._virtual, *row.context]
        return replace(row, context=context, prompt_tokens=len(self._virtual) + row.prompt_tokens)

    @in_turn
    def score_texts(self, texts: Sequence[str], window: int = 0, stride: int = 0) -> list[Scores]:
        """Log-probability of each whole text, after the token that opens texts.

        Args:
            texts: As they stand; none is a prompt, and no chat template is applied.
            window: Most tokens read together; 0 is the model's, at most `TEXT_WINDOW`.
            stride: Tokens between two windows of a longer text; 0 is half the window.

        Raises:
            ValueError: the window is longer than the model's, or the stride does not fit it.
        """
        import torch  # noqa: PLC0415  heavy

        from promptlab.engine.scoring import score  # noqa: PLC0415  heavy
        from promptlab.engine.text_windows import text_rows  # noqa: PLC0415  heavy

        most = (self._window or TEXT_WINDOW) - len(self._virtual)
        window = window or min(most, TEXT_WINDOW)
        if window > most:
            raise ValueError(f"window is {window}; expected at most {most}, the model's own")
        rows = [
            text_rows(self._tokenizer, text, window, stride or max(1, window // 2))
            for text in texts
        ]
        flat = [self._led(row) for some in rows for row in some]
        with torch.inference_mode():
            told = self._budget.within(
                lambda budget: score(self._trunks, flat, self._limits(budget)), self._trunks.clear
            )
        return _joined([len(some) for some in rows], told)

    @in_turn
    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Complete and score; the first call loads the weights.

        A prompt that is longer than the model's window fails (`ContextOverflow`).

        Raises:
            ValueError: a prompt cannot be rendered for this model.
        """
        import torch  # noqa: PLC0415  heavy

        replies = self._too_long(requests)
        fit = {n: request for n, request in enumerate(requests) if n not in replies}
        generates = {n: request for n, request in fit.items() if isinstance(request, Generate)}
        scores = {n: request for n, request in fit.items() if isinstance(request, Score)}
        with torch.inference_mode():
            replies |= zip(generates, self._complete(list(generates.values())), strict=True)
            replies |= zip(scores, self._score(list(scores.values())), strict=True)
        self._work.requests += len(requests)
        self._work.alone += sum(map(_alone, replies.values()))
        return [replies[index] for index in range(len(requests))]

    def _too_long(self, requests: Sequence[ModelRequest]) -> dict[int, ModelReply]:
        """The failures of those requests that exceed the window, by their numbers."""
        from promptlab.engine.scoring import tokenise  # noqa: PLC0415  heavy

        if (window := self._window) is None:
            return {}
        tokenise(self._tokenizer, [each for each in requests if isinstance(each, Score)])
        lengths = [self._length(request) for request in requests]
        return {
            number: Failed(ContextOverflow(length, window))
            for number, length in enumerate(lengths)
            if length > window + self._saved(requests[number].prompt)
        }

    def _saved(self, prompt: Prompt) -> int:
        """How many places of the window a prompt does not need, since some are taken twice."""
        if not self.demonstrations.parallel:
            return 0
        beginning = self._beginning(prompt, self.token_ids(prompt))
        return 0 if beginning is None else beginning.saved

    def _beginning(self, prompt: Prompt, tokens: Sequence[int]) -> "Placed | None":
        """What of a prompt is read apart, if anything is."""
        from promptlab.engine.demonstrations.placed import placed  # noqa: PLC0415  heavy

        cuts, how = self.token_cuts(prompt), self.demonstrations
        return placed(tokens, cuts, parallel=how.parallel, share=how.share) if cuts else None

    def _length(self, request: ModelRequest) -> int:
        """How many tokens are read: the last of a tail is predicted, and not read."""
        if isinstance(request, Generate):
            return len(self.token_ids(request.prompt))
        row = self.score_tokens(request)
        return len(row.context) + max(map(len, row.tails), default=0) - 1

    @property
    def counts(self) -> Usage:
        """Tokens that one prompt at a time would have read so far, and those that were read."""
        if "_trunks" not in vars(self):
            return Usage()
        work, read = self._work, self._trunks.computed
        return Usage(work.requests, 0, 0, work.requests, work.alone, read)

    def _complete(self, requests: Sequence[Generate]) -> list[ModelReply]:
        from promptlab.engine.generation import complete  # noqa: PLC0415  heavy

        if not requests:
            return []

        def work(budget: int) -> list[ModelReply]:
            rows = self._rows(requests)
            return complete(self._trunks, self._tokenizer, rows, self._limits(budget))

        return self._budget.within(work, self._trunks.clear)

    def _rows(self, requests: Sequence[Generate]) -> "list[GenerateRow]":
        from promptlab.engine.generation import GenerateRow  # noqa: PLC0415  heavy

        rows = []
        for asked in requests:
            ids = self.token_ids(asked.prompt)
            room = min(asked.sampling.max_tokens, self._room(len(ids) - self._saved(asked.prompt)))
            beginning = self._beginning(asked.prompt, ids)
            rows.append(GenerateRow(asked, ids, room, beginning=beginning))
        return rows

    def _score(self, requests: Sequence[Score]) -> list[Scores]:
        from promptlab.engine.scoring import score  # noqa: PLC0415  heavy

        if not requests:
            return []
        rows = [
            replace(row, beginning=self._beginning(request.prompt, row.context))
            for request in requests
            for row in [self.score_tokens(request)]
        ]
        return self._budget.within(
            lambda budget: score(self._trunks, rows, self._limits(budget)),
            self._trunks.clear,
        )

    def _limits(self, budget: int) -> "Limits":
        from promptlab.engine.scheduler import limits  # noqa: PLC0415  heavy

        return limits(self._model, budget)

    def _room(self, tokens: int) -> int:
        """How many tokens may follow so many: the last of them is written and never read."""
        if self._window is None:
            return 1 << 30
        return self._window - tokens + 1

    @cached_property
    def _window(self) -> int | None:
        """The most tokens that the model can read, by its config."""
        from promptlab.model.loading import load_config  # noqa: PLC0415  heavy

        config = load_config(self.name, self.revision, self.trust_remote_code)
        window = getattr(config.get_text_config(), "max_position_embeddings", None)
        return None if window is None else int(window)

    @cached_property
    def _placement(self) -> tuple[str, str]:
        """Device and dtype, `auto` resolved."""
        from promptlab.model.loading import resolve_device, resolve_dtype  # noqa: PLC0415  heavy

        device = resolve_device(self.device)
        return device, resolve_dtype(self.dtype, device)

    @cached_property
    def _tokenizer(self) -> Any:
        from promptlab.model.loading import load_tokenizer  # noqa: PLC0415  heavy

        return load_tokenizer(self.name, self.revision, self.trust_remote_code)

    @cached_property
    def _trunks(self) -> "PrefixCache":
        from promptlab.engine.capabilities import reader  # noqa: PLC0415  heavy
        from promptlab.engine.demonstrations.kept import kept_by  # noqa: PLC0415  heavy
        from promptlab.engine.memory import TRUNKS  # noqa: PLC0415  heavy
        from promptlab.engine.sharing.prefix_cache import KEPT, PrefixCache  # noqa: PLC0415  heavy

        kept = KEPT if self._model.device.type != "cpu" else self._budget.tokens // TRUNKS
        apart = kept_by(reader(self._model), self.kept_bytes, self._shelf)
        return PrefixCache(apart.reader, kept, apart)

    @property
    def _shelf(self) -> Path | None:
        """The folder of this very model's keys and values, however its demonstrations are put."""
        if not self.kept_folder:
            return None
        ways = self.demonstrations.identity
        model = {key: value for key, value in self.identity.items() if key not in ways}
        return Path(self.kept_folder).expanduser() / digest(model)[:32]

    @cached_property
    def _budget(self) -> "Budget":
        from promptlab.engine.memory import budget  # noqa: PLC0415  heavy

        return budget(self._model, self.batch_tokens)

    @cached_property
    def _work(self) -> "_Work":
        return _Work()

    @cached_property
    def _adapter(self) -> Path | None:
        """The folder of the adapter, if there is one."""
        from promptlab.model.loading import adapter_folder  # noqa: PLC0415  heavy

        return adapter_folder(self.adapter) if self.adapter else None

    @cached_property
    def _virtual(self) -> tuple[int, ...]:
        """The ids of the soft prompts that are read before every prompt."""
        if not self._adapter or not (count := virtual_tokens(self._adapter)):
            return ()
        from promptlab.model.loading import load_config  # noqa: PLC0415  heavy
        from promptlab.model.soft_prompt import virtual_ids  # noqa: PLC0415  heavy

        config = load_config(self.name, self.revision, self.trust_remote_code)
        return virtual_ids(int(config.get_text_config().vocab_size), count)

    @property
    def end(self) -> int | None:
        """The token that ends a text or a turn, if the tokenizer names one."""
        number = self._tokenizer.eos_token_id
        return None if number is None else int(number)

    @property
    def window(self) -> int | None:
        """The most tokens that the model can read, where its config says it; loads no weights."""
        return self._window

    def weights(self, dtype: str = "") -> "Weights":
        """Say which weights these are, for whoever loads them; in another `dtype` if one is given.

        Raises:
            ValueError: the adapter was trained on another model.
        """
        from promptlab.model.loading import Weights  # noqa: PLC0415  heavy

        if self._adapter:
            check_base(self._adapter, self.identity)
        device, own = self._placement
        return Weights(
            self.name,
            self.revision,
            device,
            dtype or own,
            self.adapter,
            self.quantization,
            self.trust_remote_code,
        )

    @cached_property
    def _model(self) -> Any:
        from promptlab.model.loading import load_weights  # noqa: PLC0415  heavy

        return load_weights(self.weights())
