"""The tiny models of the tests of tuning."""

from tiny_models import _one_thread, folders, llama, make_tokenizer, models_by_name  # noqa: F401
