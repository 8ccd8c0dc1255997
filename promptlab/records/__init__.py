"""What a run leaves on disk, written before anything else hears of it.

`files.py` writes and reads the files of a run; `trial_json.py` is a trial as a line; `seal.py` and
`checked.py` tell a line that was changed; `resume.py` goes on with a run that was stopped and
`fit_record.py` with its fit; `owner.py` lets one process at a time write; `provenance.py` says by
what.
"""
