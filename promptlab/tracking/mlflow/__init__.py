"""One flat run of MLflow for each variant, in a store beside the experiments.

`tracking.py` is the component; `run.py` is one run being recorded, made of `page/`, `prompts.py`
and `traces/`; `store.py` opens the store that `location.py` names; `sync.py` fills one from the
records, and `identity.py` sees to it that nothing is there twice.
"""
