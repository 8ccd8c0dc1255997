"""Negation: whether the words before a place in a text deny what stands there, in two languages.

"not A", "isn't positive", "I would not say that it is negative", 不是好评, "neither A nor B". The
words between a negation and what it denies are light ones; anything else ends its reach ("I cannot
watch films, yet it is positive"; "not bad but positive"; "no doubt positive").
"""

import re
from string import ascii_lowercase
from typing import Literal

Denial = Literal["", "not", "no", "neither"]
"""`neither` says nothing of what is true instead; nor does `no` before an adjective."""

_REACH = 100
"""Characters before a place that are looked at."""
_ANY = re.compile(
    r"(?i:n't|not|never|hardly|scarcely|barely|non|no|nor|neither|without|rather|instead|"
    r"opposed|far|anything)(?![A-Za-z])"
)
_ANY_HAN = re.compile("[不非没未无]")
_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)?|\s-\s|\n|\S")
_PHRASES = (
    (re.compile(r"\b(?:rather than|instead of|as opposed to|not necessarily)\b", re.I), "neither"),
    (re.compile(r"\b(?:far from|anything but|by no means|no longer)\b", re.I), "not"),
)
_DENIALS: dict[str, Denial] = {
    **dict.fromkeys(["not", "never", "hardly", "scarcely", "barely", "non", "cannot"], "not"),
    **dict.fromkeys(["neither", "nor", "without"], "neither"),
    "no": "no",
}
_WORDS = """
    am is are was were be been being it its it's i i'd we he she they one you this that these those
    there the a an to as of in about on under into at by for with my your me would could should can
    will may might must do does did have has had say says said saying call calls called describe
    describes described consider considers considered classify classified categorize categorized
    label labels labelled labeled rate rates rated regard regarded deem deemed treat think thinks
    thought believe believes feel feels felt seem seems seemed appear appears appeared sound sounds
    sounded look looks looked come comes across read reads express expresses expressed convey
    conveys conveyed contain contains show shows indicate indicates suggest suggests imply implies
    reflect reflects carry carries qualify qualifies count counts fall falls belong belongs choose
    pick select any all very really quite so too exactly entirely completely fully wholly totally
    particularly especially strictly actually truly overly clearly obviously overall either
    review text sentiment tone film movie statement sentence passage claim opinion article headline
    question answer option choice class category comment tweet message title document hypothesis
    correct right best final
"""
_LIGHT = frozenset(_WORDS.split())
_MARKS = frozenset("\"'*_`()[]{}$\\-")
_HAN = re.compile(
    r"(?P<both>[既也亦又都更]?)(?P<denial>(?<!是)不是|并不是|并非|绝非|而非|而不是|不属于|称不上|谈不上|"
    r"算不上|说不上|不能|不会|不认为|不觉得|无法|没有|(?<![得是])不|[没未非无])"
    r"(?:评论|评价|文本|影评|电影|句子|情感|选项|答案|认为|觉得|应该?|特别|非常|十分|完全|真正|"
    r"[说把将它他她这那其此条篇句段个是为算作归于类被属很太一的有会能选个种什么要\s\"'“「《*(]){0,12}\Z"
)


def denied(text: str, start: int) -> Denial:
    """Return how the words before `start` deny what begins there; empty where they do not."""
    before = text[max(0, start - _REACH) : start]
    han = _HAN.search(before) if _ANY_HAN.search(before) else None
    if han:
        return "neither" if han["both"] or han["denial"] in {"而非", "而不是"} else "not"
    # Most places have no such word before them.
    return _in_english(before) if _ANY.search(before) else ""


def _in_english(before: str) -> Denial:
    """Walk back over light words to a negation; a letter is light, for it may name a choice."""
    for phrase, denial in _PHRASES:
        before = phrase.sub(denial, before)
    for token in reversed(_TOKEN.findall(before.lower())):
        if token in _DENIALS or token.endswith("n't"):
            return _DENIALS.get(token, "not")
        if token not in _LIGHT and token not in _MARKS and token not in ascii_lowercase:
            break
    return ""
