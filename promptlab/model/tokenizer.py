"""A model's tokenizer by itself: how many tokens texts have. No weights are loaded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tokenizer:
    """Count tokens as a model's tokenizer does.

    Attributes:
        name: `smollm2` or `gemma3`, the packages' models; or a model's folder, or its name on the
            hub.
    """

    name: str = "smollm2"

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text; none is added, and what stands there is text.

        Raises:
            FileNotFoundError: there is no such tokenizer.
            ModuleNotFoundError: the package that it comes in is not installed.
        """
        from promptlab.engine.tokens.rendering import Rendered, encode  # noqa: PLC0415  heavy

        return list(map(len, encode(self._loaded(), list(map(Rendered, texts)))))

    def _loaded(self) -> Any:
        from promptlab.model.embedded import PACKAGES, converted  # noqa: PLC0415  heavy
        from promptlab.model.loading import load_tokenizer  # noqa: PLC0415  heavy

        package = PACKAGES.get(self.name)
        return load_tokenizer(str(converted(package)) if package else self.name, None, False)
