"""Sealed bytes by key in an SQLite file that processes share: it may cost time, but never a run.

`table.py` is the SQL, on an open connection; `opening.py` opens a file and looks at its version;
`file.py` is the file that a store reads and writes, whatever becomes of it.
"""
