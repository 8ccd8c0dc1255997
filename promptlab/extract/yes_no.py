"""Yes or no: yes, No., true, FALSE, 是的, 不是, 否, 对, 错误.

"no" is also a determiner ("there is no reason"), 是 also the copula (这是一本书): a word counts
where it stands alone or begins the text; where none does, English words count anywhere.
"""

import re
from collections.abc import Iterator

from promptlab.extract.mention import Mention
from promptlab.extract.widths import narrow

_NO = "no|nope|false|incorrect|untrue|wrong|not (?:true|correct|right)"
_YES = "yes|yeah|yep|true|correct"
_HAN_NO = "不是的?|并非|不对|不正确|不能|不会|不可以|不可能|没有|错误|错的?|否|假"
_HAN_YES = "是的?|对的?|正确|可以|能|会|真|没错"
_WORD = re.compile(rf"(?<![A-Za-z])(?:(?P<no>{_NO})|(?P<yes>{_YES}))(?![A-Za-z])", re.IGNORECASE)
_HAN = re.compile(
    rf"(?:(?<![一-鿿])|(?<=答案[是为])|(?<=结论[是为]))(?:(?P<no>{_HAN_NO})|(?P<yes>{_HAN_YES}))"
    r"(?![一-鿿])"
)
_AFTER = re.compile(r"""\s*(?:[-.,;:!?"')*\]}<=，。；：！？]|$)|\s*\n""")


def mentions(text: str) -> list[Mention]:
    """Return where a text says yes or no, in order."""
    plain = narrow(text)
    found = sorted([*_words(_WORD, plain), *_words(_HAN, plain)])
    beginning = len(plain) - len(plain.lstrip())
    alone = [mention for mention in found if _alone(plain, mention, beginning)]
    return alone or found


def _words(pattern: "re.Pattern[str]", text: str) -> Iterator[Mention]:
    for match in pattern.finditer(text):
        yield Mention(match.start(), match.end(), "no" if match["no"] else "yes")


def _alone(text: str, mention: Mention, beginning: int) -> bool:
    """Say whether a word is more than a part of its sentence: "No." but not "no reason"."""
    return mention.start == beginning or _AFTER.match(text, mention.end) is not None
