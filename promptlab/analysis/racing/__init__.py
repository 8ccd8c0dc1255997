"""Races: the best of many variants, found with fewer answers than a full sweep takes.

`race.py` is the race; `elimination.py` decides who drops out and `betting.py` on what evidence;
`contender.py` is one variant, `record.py` what is written of it.
"""
