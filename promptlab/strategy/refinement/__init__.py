"""An answer that is looked at again: `self_refine.py`."""
