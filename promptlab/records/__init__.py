"""What a run leaves on disk, written before anything else.

`files.py` writes and reads the files of a run, whose lines `whole_lines.py` keeps whole;
`trial_json.py` is a trial as a line; `seal.py` and `verify.py` detect changed lines; `resume.py`
continues a run that was stopped and `fit_record.py` its fit; `owner.py` lets one process at a time
write; `runs.py` finds the folders of runs; `provenance.py` records the versions in use.
"""
