"""The tiny encoder that EPR trains."""

from tiny_encoder import encoder, encoder_folder  # noqa: F401  fixtures
