"""Choices in another order: a model that knows the answer gives it wherever it stands."""
