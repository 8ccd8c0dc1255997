"""A page on this machine's loopback: one question, all variants of a prompt side by side.

`app.py` serves it to the person who started it and to nobody else, `answers.py` asks the variants,
and `page.html.jinja` shows what they asked and were told.
"""
