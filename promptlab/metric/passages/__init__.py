"""How good what was retrieved is: `retrieval.py`; whether it is what is cited: `citations.py`."""
