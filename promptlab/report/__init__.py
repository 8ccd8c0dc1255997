"""The report: a comparison as one page, as Markdown, in the terminal, and in a notebook."""
