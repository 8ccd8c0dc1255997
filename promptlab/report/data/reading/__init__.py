"""What is read of runs: where they are, what they were set to, and what became of each answer.

`answers.py` holds all answers of a sweep; the others say one thing about an answer or a run.
"""
