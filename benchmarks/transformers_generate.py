"""`transformers.generate` as the other side, as well as a careful user would call it.

Prompts are sorted by length and padded on the left, batches have the size that was found fastest,
sampled draws of a prompt are `num_return_sequences`, and a row ends at the same tokens as ours.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from promptlab.types import Sampling

ENDS = ("<|im_end|>", "<|endoftext|>")


class Generate:
    """A model and its tokenizer, loaded from a folder.

    Attributes:
        model: A causal language model.
        tokenizer: Its own, padding on the left.
    """

    def __init__(self, folder: str, dtype: str) -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, padding_side="left")
        loaded: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype))
        self.model = loaded.eval()

    def draws(
        self, prompts: Sequence[str], sampling: Sampling, size: int, draws: int = 1
    ) -> tuple[list[list[int]], list[str]]:
        """Complete every prompt so many times, the draws of a prompt one after another.

        Args:
            prompts: Texts.
            sampling: Its seed and number of draw do not count.
            size: Prompts in a batch; of one prompt alone, draws in a batch.
            draws: Completions of every prompt.

        Returns:
            The completions, as tokens and as text.
        """
        rows = self._all(prompts, sampling, size, draws)
        return rows, self.tokenizer.batch_decode(rows, skip_special_tokens=True)

    def _all(
        self, prompts: Sequence[str], sampling: Sampling, size: int, draws: int
    ) -> list[list[int]]:
        if len(prompts) == 1:
            shares = [min(size, draws - start) for start in range(0, draws, size)]
            return [row for share in shares for row in self._batch(prompts, sampling, share)]
        order = sorted(range(len(prompts)), key=lambda index: -len(prompts[index]))
        done: dict[int, list[list[int]]] = {}
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            rows = self._batch([prompts[index] for index in batch], sampling, draws)
            for place, index in enumerate(batch):
                done[index] = rows[place * draws : (place + 1) * draws]
        return [row for index in range(len(prompts)) for row in done[index]]

    def _batch(self, prompts: Sequence[str], sampling: Sampling, draws: int) -> list[list[int]]:
        read = self.tokenizer(list(prompts), return_tensors="pt", padding=True)
        ends = self.tokenizer.convert_tokens_to_ids(list(ENDS))
        drawn = {"do_sample": False}
        if sampling.temperature:
            drawn = {"do_sample": True, "temperature": sampling.temperature, "top_k": 0}  # type: ignore[dict-item]
        stops = {"stop_strings": list(sampling.stop), "tokenizer": self.tokenizer}
        with torch.inference_mode():
            written = self.model.generate(
                **read,
                max_new_tokens=sampling.max_tokens,
                num_return_sequences=draws,
                eos_token_id=ends,
                pad_token_id=self.tokenizer.pad_token_id,
                **drawn,
                **(stops if sampling.stop else {}),
            )
        return [_ended(row, set(ends)) for row in written[:, read["input_ids"].shape[1] :].tolist()]


def _ended(row: list[int], ends: set[int]) -> list[int]:
    """A row up to its first ending; what follows is padding."""
    at = next((place for place, token in enumerate(row) if token in ends), len(row))
    return row[: at + 1]
