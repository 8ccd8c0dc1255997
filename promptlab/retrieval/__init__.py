"""Which passages of a corpus are shown with a question.

`retriever.py` first: it cuts a corpus into passages, and any selection ranks them, as it ranks a
pool, with the retrieval's k (`resized.py`). `hyde.py` searches for what the model imagines;
`gold.py` shows what the record names, and `none.py` nothing. `corpus.py` reads files and folders,
by `chunk.py` and `document.py`.
"""
