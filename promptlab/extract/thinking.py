"""What a reasoning model shows: its text without the blocks it thinks in.

Opening tags are often part of the prompt, so that only the closing one is in the completion; and
a completion that ran out of tokens has an opening one only.
"""

import re

_NAMES = r"(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad)"
_OPENING = rf"(?:<{_NAMES}>|\[THINK\]|◁think▷|<\|begin_of_thought\|>)"
_CLOSING = rf"(?:</{_NAMES}>|\[/THINK\]|◁/think▷|<\|end_of_thought\|>)"
_TAG = re.compile(rf"(?P<opening>{_OPENING})|{_CLOSING}", re.IGNORECASE)
_FINAL_CHANNEL = "<|channel|>final<|message|>"
_OTHER_CHANNEL = "<|channel|>analysis<|message|>"


def visible(text: str) -> str:
    """Return the text without its thinking; an unclosed block reaches to the end."""
    if _FINAL_CHANNEL in text:
        text = text.rpartition(_FINAL_CHANNEL)[2]
    else:
        text = text.partition(_OTHER_CHANNEL)[0]
    shown, depth, start = "", 0, 0
    for tag in _TAG.finditer(text):
        if tag["opening"]:
            shown += text[start : tag.start()] if depth == 0 else ""
            depth = 1
        else:
            # A closing tag with no opening one: all before it was thought.
            shown = shown if depth else ""
            depth, start = 0, tag.end()
            continue
        start = tag.end()
    return shown if depth else shown + text[start:]
