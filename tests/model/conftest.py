"""The tiny models of the tests of what answers."""

from tiny_models import (  # noqa: F401  fixtures
    _one_thread,
    _text,
    _turns,
    device,
    folders,
    llama,
    make_tokenizer,
    models_by_name,
    replay,
)
