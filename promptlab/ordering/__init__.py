"""In what order the demonstrations stand."""
