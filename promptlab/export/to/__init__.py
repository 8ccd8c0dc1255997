"""A winner in the formats of other tools."""
