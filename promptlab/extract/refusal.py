"""Refusals: a model that declines instead of answering, in English or Chinese.

A disclaimer is none where the answer comes after it: "As an AI I have no feelings, but the review
is positive"; nor is "I can't help but notice".
"""

import re

from promptlab.extract.sentence import END
from promptlab.text.unicode import narrow

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
_BUT = r"(?!\s+(?:but|more than|less than|(?:it |this |that )?any(?:thing)? (?:more|less|other))\b)"
_ENGLISH = re.compile(
    rf"\bI{_UNABLE}\b|\bI {_UNABLE}\s+(?:\w+\s+){{0,2}}?{_HELP}\b{_BUT}|"
    rf"\bI'm (?:unable|not able) to\s+(?:\w+\s+){{0,2}}?{_HELP}\b|"
    r"\bas an? (?:\w+ )?(?:AI|artificial intelligence|(?:large )?language model)\b|"
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
_TURN = re.compile(
    rf"{END.pattern}|\n|[;；]|[,，]\s*(?:but|yet|however|still|though|although|nevertheless|"
    r"nonetheless|that said|so|based on|judging|但是?|不过|然而|可是|只是|从|根据)",
    re.IGNORECASE | re.MULTILINE,
)
_ADVICE = re.compile(
    r"\b(?:you|your|please|contact|consult|happy to|feel free|sorry|may|might)\b|[您你请]|抱歉",
    re.IGNORECASE,
)


def is_refusal(text: str, answer: int | None = None) -> bool:
    """Say whether the text begins by declining to answer.

    Args:
        text: What was said.
        answer: Where a possible answer stands in it. One in a later clause is given all the same,
            unless that clause declines too, or gives the reader advice.
    """
    plain = narrow(text)
    start = len(plain) - len(plain.lstrip())
    opening = plain[: start + _WINDOW]
    declined = [match.start() for each in (_ENGLISH, _CHINESE) if (match := each.search(opening))]
    return bool(declined) and not (answer is not None and _given(plain, min(declined), answer))


def _given(text: str, declined: int, answer: int) -> bool:
    """Say whether a clause after the one that declines gives an answer."""
    turns = [match.end() for match in _TURN.finditer(text, declined, answer)]
    if not turns:
        return False
    end = _TURN.search(text, answer)
    clause = text[turns[-1] : end.start() if end else len(text)]
    return not any(each.search(clause) for each in (_ENGLISH, _CHINESE, _ADVICE))
