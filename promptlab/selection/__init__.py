"""Which demonstrations stand in the prompt."""
