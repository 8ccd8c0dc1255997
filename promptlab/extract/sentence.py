"""Where sentences end: not at the point of an abbreviation (Mt. Everest, D.C., e.g. this one)."""

import re

# What never ends a sentence, and what does where a new one plainly begins.
_TITLES = (
    r"Mr|Mrs|Ms|Messrs|Mme|Mlle|Dr|Prof|St|Ste|Mt|Mts|Ft|Pt|Sgt|Gen|Col|Capt|Cpt|Lt|Maj|Cpl|Pvt|"
    r"Adm|Cmdr|Rev|Fr|Br|Hon|Pres|Gov|Sen|Rep|Supt|Insp|vs|cf|viz|approx|ca|Fig|fig|Vol|vol|pp|Nos|"
    r"e\.g|i\.e"
)
_WORDS = "Jr|Sr|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Assn|Ave|Blvd|Rd|etc|al"
_OPENER = (
    r"(?:It|Its|This|That|These|Those|The|There|They|He|She|His|Her|We|You|I|In|On|At|As|But|So|"
    r"And|Or|However|Therefore|Thus|Hence|Because|Since|When|While|If|For|Here|Note|A|An|My|Your|"
    r"Our|Their|Both|Each|Some|All|No|Yes)\b"
)
_AFTER = r"(?=\s+[A-Z\"'(])"


def _none_of(words: str, point: str = "") -> str:
    """Write lookbehinds that refuse these words."""
    return "".join(rf"(?<!\b{word}{point})" for word in words.split("|"))


_POINT = (
    rf"{_none_of(_TITLES)}\.(?:{_none_of(_WORDS, '[.]')}(?<!\b\w\.){_AFTER}|"
    rf"(?=\s+{_OPENER}))"
)
# "Yahoo! Inc." goes on: all that follows is written as a name is.
_EXCLAMATION = r"[!?](?=\s)(?!\s+(?:[A-Z][\w'’]*\.?(?:[ \t]+|$)){1,4}$)"
END = re.compile(rf"(?<=[\w)\]\"'”’*.!?]){_POINT}|[。！？]|{_EXCLAMATION}", re.MULTILINE)
"""The mark that ends a sentence inside a line."""
