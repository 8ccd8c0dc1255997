"""What others recorded, read into one form: questions and the draws that answer them.

`recording.py` is that form; the other files read the logs of lm-evaluation-harness and of OpenAI.
"""
