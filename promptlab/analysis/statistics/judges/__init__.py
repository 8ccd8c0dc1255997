"""What is told of judges in numbers: agreement, strengths from comparisons, corrected means.

Everything takes and returns numbers, and knows nothing of models. `estimate.py` has the intervals,
which resample whole questions.
"""
