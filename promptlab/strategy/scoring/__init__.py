"""What an answer is worth: each file is one reading of the log-probabilities of possible answers.

All of them read a question as it is posed (`posed.py`) and return a number for each of the words
that could answer it, the best highest; `verbaliser.py` says which words stand for which answer.
"""
