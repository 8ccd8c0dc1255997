"""What a run comes to where answers are classes: `macro_f1.py`, `micro_f1.py`, `mcc.py`."""
