"""Advice on prompts, each as an edit that can be switched on and measured.

An edit is given the task and the template, and returns them changed. `sentence.py` is most of them:
a sentence before or after the instruction, whose words are its yaml's. `apply.py` makes several.
"""
