"""Calls of tools in a model's own form: read off its replies, and written into its turns.

`formats.py` reads the text of a local model, `structure.py` OpenAI's messages, which chat templates
take too. A call is only ever read from what a model replied, and never from a prompt.
"""

from promptlab.tool_calls.formats import Format as Format
from promptlab.tool_calls.formats import first_call as first_call
from promptlab.tool_calls.formats import format_of as format_of
from promptlab.tool_calls.formats import read_calls as read_calls
from promptlab.tool_calls.formats import with_calls as with_calls
from promptlab.tool_calls.formats import written_call as written_call
from promptlab.tool_calls.structure import functions as functions
from promptlab.tool_calls.structure import structured_calls as structured_calls
from promptlab.tool_calls.structure import turns as turns
