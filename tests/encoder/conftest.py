"""The tiny encoder that is trained."""

from tiny_encoder import encoder, encoder_folder  # noqa: F401  fixtures
