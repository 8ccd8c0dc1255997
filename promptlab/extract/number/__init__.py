"""Numbers as people and models write them, in digits and in words, read wholly or not at all.

`numbers.py` finds them in a text; `digits.py`, `numerals.py` and `chinese_numerals.py` read one;
`calculation.py` takes the result of what is computed.
"""
