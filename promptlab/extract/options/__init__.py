"""Answers out of a closed set: labels, the letters and texts of choices, yes and no.

Each file finds its kind in a text; `negation.py` says what is denied, `listing.py` what is only
listed.
"""
