"""Where people look at runs."""
