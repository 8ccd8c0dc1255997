"""Recorded replies, read, voted on, run and scored again: they come to what they came to before.

`own.py` has a few of our own, which are part of the package. The others read a folder of outputs
that authors have published, as `docs/verify.md` lays it out.
"""
