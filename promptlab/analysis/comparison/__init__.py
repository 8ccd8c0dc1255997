"""Which variant is better: finished runs compared with each other, example by example.

`runs.py` reads them back and says what is broken; `same_prompts.py` finds those that asked the
same, and `repeats.py` those that differ in their seeds alone; `compare.py` pairs the variants of
each data set; `variant.py` and `pair.py` are what it finds.
"""
