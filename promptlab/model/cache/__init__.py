"""Never the same work twice: replies kept in one SQLite file that all runs share.

`cached_model.py` is the model that wraps another; `key.py` says what names a reply; `row.py` is a
reply as sealed bytes; `table.py` the SQL; `file.py` a file that may cost time but never a run.
"""
