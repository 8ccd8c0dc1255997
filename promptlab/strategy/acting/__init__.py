"""Thinking and calling tools in turns: `react.py`."""
