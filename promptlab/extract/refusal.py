"""Refusals: a model that declines instead of answering, in English or Chinese."""

import re

from promptlab.extract.widths import narrow

_WINDOW = 300
"""A refusal stands at the beginning; a chain of thought may regret something further on."""

_UNABLE = (
    r"(?:can't|cannot|can not|couldn't|could not|won't|will not|am unable to|'m unable to|"
    r"am not able to|'m not able to|must decline to|have to decline to|am not comfortable)"
)
_HELP = (
    r"(?:help|assist|answer|provide|respond|comply|fulfil|fulfill|continue|engage|discuss|create|"
    r"generate|offer|give|do that|support|participate|complete|share|write|determine that)"
)
_ENGLISH = re.compile(
    rf"\bI{_UNABLE}\b|\bI {_UNABLE}\s+(?:\w+\s+){{0,2}}?{_HELP}\b|"
    rf"\bI'm (?:unable|not able) to\s+(?:\w+\s+){{0,2}}?{_HELP}\b|"
    r"\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b|"
    r"\bI (?:must|have to|respectfully) (?:decline|refuse)\b|\bI decline to\b|"
    r"\bagainst my (?:guidelines|programming|policy)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(
    r"作为(?:一[个名款])?(?:AI|人工智能|大?语言模型)|"
    r"(?:抱歉|对不起|很遗憾|不好意思)[,，。!！\s]{0,3}(?:但|可是)?(?:我|本模型|这个问题|您的问题)?"
    r".{0,12}?(?:无法|不能|不可以|没办法|没法|不便|不会)|"
    r"我(?:无法|不能|没办法|没法|不便|拒绝)(?:直接)?(?:为您|为你|给您|给你|对此)?"
    r"(?:回答|提供|协助|帮助|完成|满足|处理|讨论|评论|继续)",
    re.IGNORECASE,
)


def is_refusal(text: str) -> bool:
    """Say whether the text begins by declining to answer."""
    opening = narrow(text.strip()[:_WINDOW])
    return bool(_ENGLISH.search(opening) or _CHINESE.search(opening))
