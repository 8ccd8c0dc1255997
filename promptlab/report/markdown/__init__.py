"""The report as Markdown, as GitHub shows it.

`page.py` is the whole of it; the others write the parts that are long. `table.py` writes cells so
that what stands in them is never read as markup.
"""
