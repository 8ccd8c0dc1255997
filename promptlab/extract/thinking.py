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
    shown: list[str] = []
    thinking, start = False, 0
    for tag in _TAG.finditer(text):
        if tag["opening"] and not thinking:
            shown.append(text[start : tag.start()])
        elif not tag["opening"] and not thinking:
            # A closing tag with no opening one: all before it was thought.
            shown.clear()
        thinking, start = tag["opening"] is not None, tag.end()
    return "".join(shown) + ("" if thinking else text[start:])
