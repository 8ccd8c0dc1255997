"""How much of some texts is unknown to an encoder's vocabulary, read without loading its weights.

What a vocabulary does not hold is all one token to the model: two texts of it are alike, whatever
they say. A model of English reads most of Chinese so.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = ("[UNK]", "<unk>")
"""What the unknown token is called, where a tokenizer does not say."""


def unknown_share(folder: Path, texts: Sequence[str]) -> float:
    """Return the share of the texts' tokens that are unknown, 0 to 1.

    It is 0 where the folder has no `tokenizer.json`, or where all can be spelled (by bytes, say).

    Args:
        folder: Of a sentence-transformers model.
        texts: What is read.
    """
    path = folder / "tokenizer.json"
    if not path.is_file():
        return 0.0
    tokenizer = _tokenizer(str(path), path.stat().st_mtime_ns)
    # Half of a surrogate pair cannot be tokenised; the encoder itself meets it later.
    whole = [text.encode("utf-8", "replace").decode() for text in texts]
    ids = [each.ids for each in tokenizer.encode_batch(whole, add_special_tokens=False)]
    unknown, count = _unknown(tokenizer), sum(map(len, ids))
    if unknown is None or not count:
        return 0.0
    return sum(some.count(unknown) for some in ids) / count


@lru_cache(maxsize=2)
def _tokenizer(path: str, changed: int) -> "Tokenizer":  # noqa: ARG001  another file, another tokenizer
    from tokenizers import Tokenizer  # noqa: PLC0415  rarely needed

    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _unknown(tokenizer: "Tokenizer") -> int | None:
    """Return the id of the unknown token; None where there is none."""
    names = (getattr(tokenizer.model, "unk_token", None), *UNKNOWN)
    ids = (tokenizer.token_to_id(name) for name in names if name)
    return next((each for each in ids if each is not None), None)
