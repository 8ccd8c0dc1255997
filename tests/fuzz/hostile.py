"""Texts, files and records that nobody means well with; and how many of them are tried.

The suite tries a few, always the same ones. `make fuzz` sets PROMPTLAB_FUZZ=long: many more, others
every time; what fails is printed with the line that tries it again.
"""

import json
import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

_SHARED = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
    "phases": (Phase.generate, Phase.shrink),
}
settings.register_profile("suite", max_examples=40, derandomize=True, **_SHARED)
settings.register_profile("long", max_examples=10_000, **_SHARED)

FUZZED = settings.get_profile(os.environ.get("PROMPTLAB_FUZZ", "suite"))
"""What every test here is decorated with."""
SLOW = settings(FUZZED, max_examples=max(5, FUZZED.max_examples // 20))
"""For tests of which one example takes a tenth of a second."""

PIECES = (
    *("${oc.env:HOME}", "${nope}", "???", "${hydra:job.name}", "{question}", "{0}", "{{7*7}}"),
    *("{% raw %}", "%s", "%(a)s", "$x$", "\\n", "\\", "'", '"', "`", "|", ",", "=", "#", "@", "~"),
    *("<|im_end|>", "<|im_start|>system\n", "[INST]", "[/INST]", "</s>", "<think>", "</think>"),
    *("[bold]", "[/]", ":smile:", "<img src=x onerror=a>", "&lt;", "]]>", "```"),
    *("\x1b]52;c;QQ==\x07", "\x00", "\x7f", "\x85", "\u2028", "\u202e", "\ud83d", "\ufeff", "\r\n"),
    *("1e3000000", "-1", "NaN", "١٢", "Ⅷ", "３／４", "\\boxed{", "\\frac{1}{", "#### ", "1,000"),
    *(
        "Answer:",
        "答案是",
        "Question:",
        "问题：",
        "A",
        "(B)",
        "yes",
        "否",
        "三百零五",
        "1+1=",
        "not ",
    ),
    *("=cmd|' /C calc'!A0", "+1", "_target_", "a b", "情感", "👩‍👩‍👧", "é", " ", "\t", "\n"),
)

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=8).map("".join)
"""Texts of any characters, halves of surrogate pairs among them."""
words = (
    st.lists(
        st.sampled_from([*"天气晴好？：，", *"abcXYZ019", *" %#@-_./", "é"]),
        min_size=1,
        max_size=12,
    )
    .map(lambda typed: "".join(typed).strip())
    .filter(bool)
)
"""Texts as people type them: no character in them means anything to anyone."""

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | texts
    | st.sampled_from(["A", "1", "pos", "yes", "[1, 2]", "['a', 'b']", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
"""What JSON can say, and the numbers that only Python's can."""
KEYS = (
    *("question", "text", "answer", "label", "choices", "answer_idx", "answers", "id"),
    *("rationale", "context", "A", "B", "options", "target"),
)
entries = st.dictionaries(st.sampled_from(KEYS) | texts, values, max_size=6)
questions = st.fixed_dictionaries(
    {"question": texts | values, "answer": texts | values},
    optional={"choices": st.lists(texts, max_size=4) | values, "id": values, "answers": values},
)
"""Records that are nearly good."""


@st.composite
def spoilt(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Cut a file off, or put bytes into it."""
    data = draw(whole)
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 20)))
    return data[:start] + draw(st.binary(max_size=6)) + data[end:]


def line(entry: object) -> bytes:
    """Write one line of JSON."""
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


lines = st.lists((entries | questions | values).map(line), min_size=1, max_size=4).map(b"".join)
tables = st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=4).map(
    lambda rows: "\n".join(",".join(cells) for cells in rows).encode("utf-8", "replace")
)
headed = tables.map(lambda rows: b"question,answer,choices\n" + rows)
BOMBS = {
    "lists": b"[" * 200_000,
    "objects": b'{"a":' * 100_000,
    "nested answer": b'{"question": "q", "answer": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested cell": b'question,answer,choices\nq,1,"' + b"[" * 100_000 + b'"\n',
    "long number": b'{"question": "q", "answer": 1' + b"0" * 100_000 + b"}",
    "large number": b'{"question": "q", "answer": 1e3000000}',
    "small number": b'{"question": "q", "answer": 1e-3000000}',
    "long cell": b'question,answer\n"' + b"a" * 200_000 + b'",1\n',
    "open quote": b'question,answer\n"' + b"a,\n" * 50_000,
    "carriage returns": b"question,answer\r\r\n\x00,\n",
    "UTF-16": "question,answer\né,1".encode("utf-16"),
    "gzip's beginning": b"\x1f\x8b\x08\x00",
    "Parquet's ends": b"PAR1" + b"\x00" * 20 + b"PAR1",
}
"""Files that are small, and cost much where nothing bounds what they may ask for."""
files = st.one_of(lines, spoilt(lines), tables, headed, spoilt(headed), st.binary())
"""Files of data, good, nearly good and none."""
