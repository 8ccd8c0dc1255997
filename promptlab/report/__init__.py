"""The report: a comparison as one page, as Markdown, in the terminal, and in a notebook.

`data/` is what a report says, whoever shows it; `figures/` and `html/` draw it; `markdown/`,
`terminal.py` and `spreadsheet.py` write it; `write.py` writes the files; `sweep_run.py` shows it
in MLflow.
"""
