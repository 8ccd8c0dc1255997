"""Which demonstrations stand in the prompt.

`pool.py` first, and `ranker.py`: what is chosen anew for each question is ranked, and one selection
takes another's ranking. Then by what a selection looks at: words (`lexical/`), vectors (`dense/`),
each other (`diverse/`), other selections (`combined/`), the model (`learned/`), and what is worth
labelling (`annotation/`). `exclusion.py` keeps a question out of its own demonstrations; `told.py`
and `counting.py` say once a run what was not read, missed, or too few.
"""
