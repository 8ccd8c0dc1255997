"""Where data sets come from: JSON, CSV, Parquet and the Hugging Face hub.

`jsonl.py`, `csv.py`, `parquet.py` and `hub.py` are the sources, configured as `settings.py` says;
`files.py` locates their files, `record/` parses one record, `task.py` completes the task from the
data, and `assemble.py` makes the data set of all that.
"""
