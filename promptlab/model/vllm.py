"""vLLM inside this process: for a GPU, many prompts that share their beginning, and no server.

vLLM batches, and keeps the beginnings that prompts share (prefix caching). Prompts are written out
and tokenised here, by the same code as for `model=hf`, so that both models read the same tokens.
Written against vLLM's documented API (`LLM`, `SamplingParams`, `prompt_logprobs`), 0.9 and later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from promptlab.machine.turns import in_turn
from promptlab.model.price import UNPRICED, Price
from promptlab.model.server.forms import structured
from promptlab.model.server.wire import seed
from promptlab.protocols import ContextOverflow, Preview
from promptlab.types import Completion, Failed, Generate, ModelReply, ModelRequest, Prompt, Scores

if TYPE_CHECKING:
    from promptlab.engine.scoring import ScoreRow

Asked: TypeAlias = tuple[list[int], Mapping[str, Any]]
"""Token ids, and the fields of the SamplingParams that go with them."""

FORM = "structured_outputs"
"""What vLLM calls a form."""

SCORING: Mapping[str, Any] = {
    "temperature": 0.0,
    "max_tokens": 1,  # vLLM generates something always
    "prompt_logprobs": 1,
    "detokenize": False,
}


@dataclass(frozen=True)
class VLLM:
    """Generate and score with vLLM, in batches of its own.

    Attributes:
        name: A name on the Hugging Face hub, or the folder of a model.
        revision: Branch, tag or commit on the hub.
        dtype: As vLLM names it; `auto` is the weights' own.
        max_length: The window in tokens; 0 is the model's own, which may not fit the GPU.
        memory: The share of the GPU's memory that vLLM takes.
        tensor_parallel: Over how many GPUs the model is split.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    name: str
    revision: str | None = None
    dtype: str = "auto"
    max_length: int = 0
    memory: float = 0.9
    tensor_parallel: int = 1
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check the settings that vLLM starts with."""
        if not self.name:
            raise ValueError("model.name is empty; expected a name on the hub, or a folder")
        if not 0 < self.memory <= 1:
            raise ValueError(f"model.memory is {self.memory}; expected a share, 0.9 say")
        if self.max_length < 0 or self.tensor_parallel < 1:
            raise ValueError(
                f"model.max_length is {self.max_length} and model.tensor_parallel is "
                f"{self.tensor_parallel}; expected at least 0, and at least 1"
            )

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """Name, fingerprints of weights and tokenizer, dtype and GPUs; loads no weights."""
        from promptlab.model.fingerprint import of_model, of_tokenizer  # noqa: PLC0415  heavy

        return {
            "backend": "vllm",
            "name": self.name,
            "weights": of_model(self.name, self.revision),
            "tokenizer": of_tokenizer(self._tokenizer),
            "dtype": self.dtype,
            "tensor_parallel": str(self.tensor_parallel),
        }

    @property
    def on_disk(self) -> str:
        """Names the content of the folder that `name` is; empty where it is no folder."""
        if not Path(self.name).is_dir():
            return ""
        from promptlab.model.fingerprint import of_model  # noqa: PLC0415  heavy

        return of_model(self.name, None)

    @in_turn
    def preview(self, prompt: Prompt) -> Preview:
        """Show the text and count the tokens of a prompt, by the tokenizer alone."""
        from promptlab.engine.tokens.rendering import render, written  # noqa: PLC0415  heavy

        shown = written(self._tokenizer, render(self._tokenizer, prompt))
        return Preview(shown, len(self.token_ids(prompt)))

    def token_ids(self, prompt: Prompt) -> list[int]:
        """The tokens that the model reads."""
        from promptlab.engine.tokens.rendering import ids_of  # noqa: PLC0415  heavy

        return ids_of(self._tokenizer, prompt)

    @in_turn
    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Ask for everything in one batch; the first call loads the weights.

        Raises:
            ContextOverflow: a prompt is longer than the model's window.
            ModuleNotFoundError: vLLM is not installed; says how to install it.
            ValueError: a prompt cannot be rendered for this model.
        """
        if not requests:
            return []
        engine = load_engine(self)
        rows = [self._row(request) for request in requests]
        window = int(engine.llm_engine.model_config.max_model_len)
        failures = {
            number: failure
            for number, pair in enumerate(zip(requests, rows, strict=True))
            if (failure := overflow(pieces(*pair), window))
        }
        fit = [number for number in range(len(requests)) if number not in failures]
        requests, rows = [requests[n] for n in fit], [rows[n] for n in fit]
        asked = [piece for pair in zip(requests, rows, strict=True) for piece in pieces(*pair)]
        vllm = import_module("vllm.sampling_params")
        outputs = engine.generate(
            [{"prompt_token_ids": ids} for ids, _ in asked],
            [sampling_params(vllm, fields) for _, fields in asked],
            use_tqdm=False,
        )
        told = replies(requests, rows, outputs)
        called = [self._calling(*pair) for pair in zip(requests, told, strict=True)]
        answered = dict(zip(fit, called, strict=True))
        return [(failures | answered)[number] for number in range(len(fit) + len(failures))]

    def _calling(self, request: ModelRequest, reply: ModelReply) -> ModelReply:
        """Read the calls off a reply that may make some."""
        from promptlab.engine.tokens.calls import calling  # noqa: PLC0415  heavy

        if isinstance(request, Generate) and isinstance(reply, Completion) and request.prompt.tools:
            return calling(self._tokenizer, reply, reply.text, request)
        return reply

    def _row(self, request: ModelRequest) -> "ScoreRow":
        """A request's tokens; a completion's are all context."""
        from promptlab.engine.scoring import ScoreRow, tokenised  # noqa: PLC0415  heavy

        if isinstance(request, Generate):
            ids = self.token_ids(request.prompt)
            return ScoreRow(ids, [], len(ids))
        return tokenised(self._tokenizer, request)

    @cached_property
    def _tokenizer(self) -> Any:
        from promptlab.model.loading import load_tokenizer  # noqa: PLC0415  heavy

        return load_tokenizer(self.name, self.revision, False)


@lru_cache(maxsize=1)
def load_engine(model: VLLM) -> Any:
    """Start vLLM, once for all variants of a sweep.

    Raises:
        ModuleNotFoundError: vLLM is not installed.
    """
    try:
        vllm = import_module("vllm")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'model=vllm needs vLLM, which is not installed: pip install "promptlab[vllm]" (a GPU '
            "is wanted); a server that runs elsewhere is asked with model=openai"
        ) from error
    return vllm.LLM(
        model=model.name,
        revision=model.revision,
        dtype=model.dtype,
        max_model_len=model.max_length or None,
        gpu_memory_utilization=model.memory,
        tensor_parallel_size=model.tensor_parallel,
        enable_prefix_caching=True,
        seed=0,
    )


def sampling_params(vllm: Any, fields: Mapping[str, Any]) -> Any:
    """Make vLLM's SamplingParams of their fields; before version 0.12 a form had other names."""
    values = dict(fields)
    if FORM in values:
        typed = getattr(vllm, "StructuredOutputsParams", None)
        name = FORM if typed else "guided_decoding"
        values[name] = (typed or vllm.GuidedDecodingParams)(**values.pop(FORM))
    return vllm.SamplingParams(**values)


def parameters(request: Generate) -> dict[str, Any]:
    """Write a completion's sampling, and its form, as the fields of vLLM's SamplingParams."""
    sampling = request.sampling
    form = {} if request.form is None else {FORM: structured(request.form)}
    # Special tokens mark the calls of some models.
    calls = {"skip_special_tokens": False} if request.prompt.tools else {}
    few = {} if sampling.top_k is None else {"top_k": sampling.top_k}
    return (
        form
        | calls
        | few
        | {
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": sampling.max_tokens,
            "stop": [stop for stop in sampling.stop if stop],
            "seed": seed(request) if sampling.temperature > 0 else None,
            "logprobs": 0,  # of the chosen tokens, and of no others
        }
    )


def pieces(request: ModelRequest, row: "ScoreRow") -> list[Asked]:
    """Take a request apart into what vLLM is asked: one completion, or every continuation."""
    if isinstance(request, Generate):
        return [(row.context, parameters(request))]
    return [([*row.context, *tail], SCORING) for tail in row.tails]


def overflow(asked: Sequence[Asked], window: int) -> Failed | None:
    """Say that a request leaves no room for one token of a reply, which vLLM insists on."""
    longest = max((len(ids) for ids, _ in asked), default=0)
    return Failed(ContextOverflow(longest, window - 1)) if longest >= window else None


def replies(
    requests: Sequence[ModelRequest], rows: "Sequence[ScoreRow]", outputs: Sequence[Any]
) -> list[ModelReply]:
    """Read vLLM's outputs, which come in the order of the pieces."""
    waiting = iter(outputs)
    return [
        completion(next(waiting))
        if isinstance(request, Generate)
        else scores(row, [next(waiting) for _ in row.tails])
        for request, row in zip(requests, rows, strict=True)
    ]


def completion(output: Any) -> Completion:
    """Read the output (vLLM's RequestOutput) of a completion.

    Raises:
        RuntimeError: vLLM broke it off.
    """
    (written,) = output.outputs
    if written.finish_reason not in ("stop", "length"):
        raise RuntimeError(f"vLLM broke a completion off ({written.finish_reason}); see its log")
    return Completion(
        written.text,
        written.finish_reason,
        len(output.prompt_token_ids),
        len(written.token_ids),
        written.cumulative_logprob,
    )


def scores(row: "ScoreRow", outputs: Sequence[Any]) -> Scores:
    """Add up what vLLM says of each continuation's tokens, which stand after the context."""
    start = len(row.context)
    sums = [
        sum(
            float(told[token].logprob)
            for token, told in zip(tail, output.prompt_logprobs[start:], strict=True)
        )
        for tail, output in zip(row.tails, outputs, strict=True)
    ]
    return Scores(tuple(map(float, sums)), tuple(map(len, row.tails)), row.prompt_tokens)
