"""What stands before a text, for encoders that want questions told apart from what is searched.

Wang et al., Text Embeddings by Weakly-Supervised Contrastive Pre-training (2022), e5: "query: " and
"passage: "; Xiao et al., C-Pack (2023), bge: an instruction before questions alone.
"""


def as_query(encoder: object, text: str) -> str:
    """Write a question's text as the encoder wants it."""
    return _prefix(encoder, "query_prefix") + text


def as_passage(encoder: object, text: str) -> str:
    """Write the text of a member, or of a passage, as the encoder wants it."""
    return _prefix(encoder, "passage_prefix") + text


def _prefix(encoder: object, name: str) -> str:
    """Return a prefix of an encoder, or of the one that it wraps; nothing where none has it."""
    own, inner = getattr(encoder, name, None), getattr(encoder, "inner", None)
    return str(own) if own is not None else "" if inner is None else _prefix(inner, name)
