"""Never the same work twice: replies kept in one SQLite file that all runs share.

`cached_model.py` is the model that wraps another; `key.py` says what names a reply; `row.py` is a
reply as sealed bytes; `table.py` the table of them and of their models (`sealed_table/`).
"""
