"""The report as one self-contained HTML page: its parts, its style, its script."""
