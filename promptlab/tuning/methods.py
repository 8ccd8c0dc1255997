"""What is trained of a model whose weights stay as they are. PEFT makes it, and writes it.

LoRA: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021. Soft prompts: Lester et
al., The Power of Scale for Parameter-Efficient Prompt Tuning, 2021.
"""

import warnings
from dataclasses import dataclass
from typing import Any

from promptlab.machine.quiet import quiet_bitsandbytes

ALL_LINEAR = "all-linear"
"""PEFT's name for every linear layer but the head."""


@dataclass(frozen=True)
class LoRA:
    """Add to layers the product of two narrow matrices; it is merged into the weights at loading.

    Attributes:
        rank: How narrow they are.
        alpha: What is added is multiplied by `alpha` / `rank`.
        dropout: The share of a layer's inputs that is left out at each step of the training.
        layers: The ends of their names, such as [q_proj, v_proj]; none: every linear one but the
            head.
    """

    rank: int = 8
    alpha: int = 16
    dropout: float = 0.0
    layers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the numbers, and take yaml's list as the tuple it is."""
        object.__setattr__(self, "layers", tuple(self.layers))
        if self.rank < 1 or not self.alpha > 0 or not 0 <= self.dropout < 1:
            raise ValueError(
                f"rank is {self.rank}, alpha {self.alpha} and dropout {self.dropout}; expected a "
                "rank of at least 1, an alpha above 0 and a share from 0 to below 1"
            )

    def put_on(self, model: Any) -> Any:
        """Return PEFT's model around this one, which has the layers now.

        Raises:
            ValueError: no layer of the model is called so.
        """
        quiet_bitsandbytes()
        from peft import LoraConfig, get_peft_model  # noqa: PLC0415  seconds, and an extra

        config = LoraConfig(
            r=self.rank,
            lora_alpha=self.alpha,
            lora_dropout=self.dropout,
            target_modules=list(self.layers) or ALL_LINEAR,
            task_type="CAUSAL_LM",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of names that PEFT still uses
            return get_peft_model(model, config)

    def lead(self, vocabulary: int) -> tuple[int, ...]:  # noqa: ARG002  the other method's
        """Return the ids that are read before every row: none."""
        return ()


@dataclass(frozen=True)
class SoftPrompt:
    """Train vectors that are read before every prompt; they begin as those of tokens.

    Attributes:
        tokens: How many; each takes a place of the model's window.
    """

    tokens: int = 20

    def __post_init__(self) -> None:
        """Check the number."""
        if self.tokens < 1:
            raise ValueError(f"tokens is {self.tokens}; expected at least 1")

    def put_on(self, model: Any) -> Any:
        """Return PEFT's model around this one, which reads the vectors under ids of their own."""
        quiet_bitsandbytes()
        from peft import PromptTuningConfig, get_peft_model  # noqa: PLC0415  seconds, and an extra

        from promptlab.model.soft_prompt import put_before  # noqa: PLC0415  heavy

        config = PromptTuningConfig(
            num_virtual_tokens=self.tokens,
            prompt_tuning_init="SAMPLE_VOCAB",
            task_type="CAUSAL_LM",
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            tuned = get_peft_model(model, config)
        encoder: Any = tuned.prompt_encoder["default"]
        put_before(model, encoder.embedding.weight)
        return tuned

    def lead(self, vocabulary: int) -> tuple[int, ...]:
        """Return the ids that are read before every row, by a model of so many tokens."""
        from promptlab.model.soft_prompt import virtual_ids  # noqa: PLC0415  heavy

        return virtual_ids(vocabulary, self.tokens)
