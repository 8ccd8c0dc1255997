"""How to ask: programs that turn a question into an answer."""
